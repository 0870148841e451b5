import { loadConfig } from '@headwater/config'
import { producerDefaults } from '@headwater/producer'
import { expect, it } from 'vitest'

// Neither package may import the other, so nobody but this test sees when their defaults drift apart.
it('gives the producer its own defaults where the environment says nothing', () => {
  const { producer } = loadConfig({}, { profile: 'dev' })
  expect(producer).toEqual({ ...producerDefaults, maxWaitingBytes: producerDefaults.bufferMemory })
})
