import { ManualClock, type LogFields, type Logger } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { childLogger, limitRepeats } from '../../src/index.ts'

function listening() {
  const lines: (readonly [level: string, message: string, fields: LogFields])[] = []
  const write = (level: string) => (fields: LogFields, message: string) =>
    void lines.push([level, message, fields])
  const inner: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const clock = new ManualClock(0)
  return { lines, inner, clock, logger: limitRepeats(inner, { clock }) }
}

describe('limitRepeats', () => {
  it('writes a thousand lines a second of an outage as one every ten seconds, and says how many it left out', () => {
    const { lines, clock, logger } = listening()
    for (let second = 0; second < 30; second++) {
      for (let each = 0; each < 1000; each++) logger.error({ topic: 'orders', id: each }, 'not published')
      clock.advance(1000)
    }
    expect(lines.map(([, , fields]) => fields)).toEqual([
      { topic: 'orders', id: 0 },
      { topic: 'orders', id: 0, repeated: 9999 },
      { topic: 'orders', id: 0, repeated: 9999 },
    ])
  })

  it('holds nothing of another message, level, place or code back', () => {
    const { lines, logger } = listening()
    logger.warn({ topic: 'a' }, 'said')
    logger.warn({ topic: 'b' }, 'said')
    logger.error({ topic: 'a' }, 'said')
    logger.warn({ topic: 'a' }, 'said too')
    logger.warn({ topic: 'a', err: Object.assign(new Error('x'), { code: 'DELIVERY_TIMEOUT' }) }, 'said')
    expect(lines).toHaveLength(5)
    expect(lines.every(([, , fields]) => !('repeated' in fields))).toBe(true)
  })

  it('tells brokers and hooks apart, and adds up what a line has counted before it came here', () => {
    const { lines, clock, logger } = listening()
    for (const brokerId of [1, 2]) logger.warn({ brokerId }, 'a broker cannot be reached')
    for (const hook of ['onSend', 'onRetry']) logger.warn({ hook }, 'a hook threw')
    expect(lines).toHaveLength(4)
    logger.warn({ brokerId: 1, repeated: 40 }, 'a broker cannot be reached')
    clock.advance(10_000)
    logger.warn({ brokerId: 1, repeated: 7 }, 'a broker cannot be reached')
    expect(lines.at(-1)).toEqual([
      'warn',
      'a broker cannot be reached',
      // One held back with the 40 that it stood for, and the 7 of the line itself.
      { brokerId: 1, repeated: 48 },
    ])
  })

  it('lets debug and info pass', () => {
    const { lines, logger } = listening()
    for (let each = 0; each < 5; each++) {
      logger.info({}, 'said')
      logger.debug({}, 'said')
    }
    expect(lines).toHaveLength(10)
  })

  it('bounds what it writes and remembers when every line is another kind', () => {
    const { lines, logger } = listening()
    for (let each = 0; each < 10_000; each++) logger.warn({ code: `code ${each}` }, 'said')
    expect(lines).toHaveLength(201)
  })

  it('forgets kinds that were repeated and came no more when there are too many', () => {
    const { lines, clock, logger } = listening()
    for (let each = 0; each < 400; each++) logger.warn({ code: `code ${each % 200}` }, 'said')
    clock.advance(10_000)
    lines.length = 0
    for (let each = 0; each < 100; each++) logger.warn({ code: `new ${each}` }, 'said')
    expect(lines).toHaveLength(100)
  })

  it('has the interval that it is asked for, whoever asked for another', () => {
    const { lines, inner, clock } = listening()
    const often = limitRepeats(inner, { clock, intervalMs: 1000 })
    for (let second = 0; second < 3; second++) {
      often.warn({}, 'said')
      clock.advance(1000)
    }
    expect(lines).toHaveLength(3)
    expect(limitRepeats(inner, { clock, intervalMs: 1000 })).toBe(often)
  })

  it('limits once, wherever it is asked for', () => {
    const { inner, clock, logger } = listening()
    expect(limitRepeats(inner, { clock })).toBe(logger)
    expect(limitRepeats(logger)).toBe(logger)
    expect(limitRepeats(logger, { clock: new ManualClock(0) })).toBe(logger)
    const child = childLogger(logger, { component: 'registry' })
    expect(limitRepeats(child)).toBe(child)
    const other = childLogger(inner, { component: 'registry' })
    expect(limitRepeats(other)).not.toBe(other)
  })
})

describe('childLogger', () => {
  it('adds its fields to every line, after those of the line', () => {
    const { lines, inner } = listening()
    const child = childLogger(inner, { component: 'registry', topic: 'a' })
    for (const level of ['debug', 'info', 'warn', 'error'] as const) child[level]({ topic: 'b' }, 'said')
    expect(lines).toEqual(
      ['debug', 'info', 'warn', 'error'].map((level) => [
        level,
        'said',
        { component: 'registry', topic: 'b' },
      ]),
    )
  })
})
