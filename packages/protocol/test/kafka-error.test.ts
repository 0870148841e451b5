import { describe, expect, it } from 'vitest'
import { errorCode, kafkaError, kafkaErrors } from '../src/index.ts'

describe('kafkaError', () => {
  it('finds every error by its code', () => {
    expect(kafkaErrors.map(({ code }) => kafkaError(code))).toEqual(kafkaErrors)
    expect(kafkaErrors.map(({ code }) => code)).toEqual(Array.from({ length: 135 }, (_, index) => index - 1))
    for (const { code, name } of kafkaErrors) expect(errorCode[name]).toBe(code)
  })

  it('keeps the number of a code that it does not know', () => {
    expect(kafkaError(4711)).toMatchObject({ code: 4711, name: 'UNKNOWN_SERVER_ERROR', retriable: false })
    expect(kafkaError(4711).message).toContain('4711')
  })

  it("retries what Kafka's producer retries", () => {
    const retriable = [2, 3, 5, 6, 7, 9, 13, 14, 15, 16, 19, 20, 41, 51, 56]
    expect(kafkaErrors.filter((error) => error.retriable && error.code < 60).map(({ code }) => code)).toEqual(
      retriable,
    )
  })
})
