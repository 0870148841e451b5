import { ManualClock, silentLogger, type LogFields } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { limitLines } from '../src/engine/limit-lines.ts'

function bench() {
  const lines: (readonly [string, LogFields])[] = []
  const clock = new ManualClock()
  const write = (fields: LogFields, message: string): unknown => lines.push([message, fields])
  return { lines, clock, logger: limitLines({ debug: write, info: write, warn: write, error: write }, clock) }
}

describe('limitLines', () => {
  it('writes a line once in 30 s, and says how often it was left out when it speaks again', () => {
    const { lines, clock, logger } = bench()
    for (let i = 0; i < 5; i++) logger.warn({ i }, 'lost')
    clock.advance(29_999)
    logger.warn({ i: 5 }, 'lost')
    clock.advance(1)
    logger.warn({ i: 6 }, 'lost')
    clock.advance(30_000)
    logger.warn({ i: 7 }, 'lost')
    expect(lines).toEqual([
      ['lost', { i: 0 }],
      ['lost', { i: 6, repeated: 5 }],
      ['lost', { i: 7 }],
    ])
    expect(clock.pendingTimers).toBe(0)
  })

  it('takes lines for different that tell of another topic, broker or reason', () => {
    const { lines, logger } = bench()
    const err = (code: string): Error => Object.assign(new Error('x'), { code })
    for (let turn = 0; turn < 2; turn++)
      for (const fields of [
        {},
        { topic: 'a' },
        { topic: 'b' },
        { brokerId: 1 },
        { err: err('A') },
        { err: err('B') },
      ])
        logger.error(fields, 'lost')
    logger.error({ topic: 'a', partition: 7 }, 'lost')
    expect(lines.length).toBe(6)
  })

  it('remembers so many lines and no more', () => {
    const { lines, logger } = bench()
    for (let i = 0; i < 1000; i++) logger.info({ topic: `t${i}` }, 'lost')
    logger.info({ topic: 't999' }, 'lost')
    expect(lines.length).toBe(1000)
    logger.info({ topic: 't0' }, 'lost')
    expect(lines.length).toBe(1001)
  })

  it('lets debug pass, and leaves a silent logger as it is', () => {
    const { lines, logger } = bench()
    logger.debug({}, 'x')
    logger.debug({}, 'x')
    expect(lines.length).toBe(2)
    expect(limitLines(silentLogger, new ManualClock())).toBe(silentLogger)
  })
})
