import { ChannelError } from '@headwater/channels'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { IdentifiedFailures } from '../src/identified-failures.ts'

describe('IdentifiedFailures', () => {
  it('finds the message ids of failed sends through what wraps them', async () => {
    const failures = new IdentifiedFailures()
    const producer = failures.watch({
      send: async ({ topic }) => {
        throw new DeliveryError('DELIVERY_TIMEOUT', 'x', { outcome: 'unknown', topic })
      },
      trySend: async () => {
        throw new Error('not used')
      },
    })
    const sends = ['id-1', 'id-2'].map((id) =>
      producer.send({ topic: 'raw', value: null, headers: [['message_id', id]] }),
    )
    const errors = (await Promise.allSettled(sends)).map((each) =>
      each.status === 'rejected' ? each.reason : each,
    )
    expect(failures.idsOf(errors[1])).toEqual(['id-2'])
    const wrapped = new ChannelError('PARTLY_PUBLISHED', 'x', { cause: new AggregateError(errors, 'x') })
    expect(failures.idsOf(wrapped)).toEqual(['id-1', 'id-2'])
    expect(failures.idsOf(new Error('another'))).toEqual([])
  })
})
