import { describe, expect, it } from 'vitest'
import { toLogLine } from '../src/to-log-line.ts'

const line = (...args: unknown[]) => JSON.parse(toLogLine('warn', 'a.ts', args)) as Record<string, unknown>

describe('toLogLine', () => {
  it('shows properties and causes of an error, however deep', () => {
    const cause = Object.assign(new TypeError('inner'), { record: { value: new Uint8Array([104, 105]) } })
    const err = new Error('outer', { cause: new Error('middle', { cause }) })
    expect(line({ err }, 'said')).toMatchObject({
      level: 'warn',
      source: 'a.ts',
      msg: 'said',
      err: { message: 'outer', cause: { cause: { type: 'TypeError', record: { value: '[bytes] hi' } } } },
    })
  })

  it('writes what JSON cannot', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const fields = { big: 17n, map: new Map([['a', 1]]), cycle, when: new Date(0) }
    expect(line(fields, 'said')).toMatchObject({
      big: '17',
      map: [['a', 1]],
      cycle: { self: '[cycle]' },
      when: '1970-01-01T00:00:00.000Z',
    })
  })

  it('never throws', () => {
    const trap = {
      get a(): never {
        throw new Error('trapped')
      },
    }
    expect(line(trap, 'said')).toMatchObject({ unwritable: 'Error: trapped', msg: 'said' })
  })

  it('takes a message alone, as pino does', () => {
    expect(line('said')).toEqual({ level: 'warn', source: 'a.ts', msg: 'said' })
  })
})
