import { loadConfig } from '@headwater/config'
import { producerDefaults } from '@headwater/producer'
import { expect, it } from 'vitest'

// Neither package may import the other, so nobody but this test sees when their defaults drift apart.
it('gives the producer its own defaults where the environment says nothing', () => {
  const { producer } = loadConfig({}, { profile: 'dev' })
  // A transactional id belongs to one producer of a process, so what goes with it stands where that one is made.
  const { transactionTimeoutMs, ...common } = producerDefaults
  expect(producer).toEqual({ ...common, maxWaitingBytes: common.bufferMemory })
  expect(producer).not.toHaveProperty('transactionTimeoutMs', transactionTimeoutMs)
})
