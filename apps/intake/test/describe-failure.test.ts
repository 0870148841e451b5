import { HeadwaterError } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { describeFailure } from '../src/describe-failure.ts'

describe('describeFailure', () => {
  it('tells code, message and cause of our own errors', () => {
    const cause = new DeliveryError('DELIVERY_TIMEOUT', 'the delivery timeout is over', {
      outcome: 'unknown',
      topic: 'ingestion.raw.messages',
    })
    expect(describeFailure(new HeadwaterError('NOT_PUBLISHED', 'not published', { cause }))).toMatchObject({
      code: 'NOT_PUBLISHED',
      err: {
        type: 'HeadwaterError',
        message: 'not published',
        causes: [
          { type: 'DeliveryError', code: 'DELIVERY_TIMEOUT', outcome: 'unknown', stack: expect.any(String) },
        ],
      },
    })
  })

  it('tells kind, code and place of others, never their words', () => {
    const thrown = Object.assign(new TypeError('cannot read "Dear Ana"'), { code: 'ERR_X', mail: 'Dear Ana' })
    const both = new AggregateError([thrown, new HeadwaterError('OURS', 'our words')], 'two things about Ana')
    const told = describeFailure(both)
    expect(JSON.stringify(told)).not.toContain('Ana')
    expect(told).toMatchObject({
      err: {
        type: 'AggregateError',
        causes: [
          { type: 'TypeError', code: 'ERR_X' },
          { type: 'HeadwaterError', message: 'our words' },
        ],
      },
    })
  })

  it('tells no more than the type of what is no error', () => {
    expect(describeFailure('Dear Ana')).toEqual({ err: { type: 'string' } })
  })
})
