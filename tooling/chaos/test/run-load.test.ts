import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenContender } from '../src/contender.ts'
import type { LoadOrder } from '../src/load-order.ts'
import { readOutcomes, type OutcomeLine } from '../src/outcome-file.ts'
import { runLoad } from '../src/run-load.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'headwater-load-'))))
afterEach(() => rm(folder, { recursive: true }))

const orderOf = (changes: Partial<LoadOrder>): LoadOrder => ({
  module: '',
  bootstrapServers: '',
  topic: 'orders',
  records: 6,
  perSecond: 100_000,
  maxOpen: 100,
  keys: 2,
  valueBytes: 20,
  deliveryTimeoutMs: 1000,
  maxLoadMs: 10_000,
  outcomesFile: join(folder, 'outcomes'),
  firstNumber: 0,
  ...changes,
})

/** Runs a load against a client that does as it is told. */
async function load(
  client: Partial<OpenContender>,
  changes: Partial<LoadOrder> = {},
): Promise<{ sent: number; lines: readonly OutcomeLine[] }> {
  const order = orderOf(changes)
  const contender = { send: () => Promise.resolve(), close: () => Promise.resolve(), ...client }
  const { sent } = await runLoad(contender, order, () => undefined)
  const lines: OutcomeLine[] = []
  for await (const line of readOutcomes(order.outcomesFile)) lines.push(line)
  return { sent, lines }
}

const idsOf = (lines: readonly OutcomeLine[]): readonly string[] =>
  lines.map(({ key, number }) => `k${key}/${number}`)

describe('runLoad', () => {
  it('numbers the records of each key in the order of their sends', async () => {
    const seen: string[] = []
    const { sent, lines } = await load({
      send: ({ key, value }) => {
        expect(value).toHaveLength(20)
        seen.push(`${key}/${value.toString().split(' ')[0]}`)
        return Promise.resolve()
      },
    })
    expect(seen).toEqual(['k0/0', 'k1/0', 'k0/1', 'k1/1', 'k0/2', 'k1/2'])
    expect(idsOf(lines)).toEqual(seen)
    expect(lines.every(({ outcome }) => outcome === 'acknowledged')).toBe(true)
    expect(sent).toBe(6)
  })

  it('believes an error that says what became of its record, and no other', async () => {
    const errors = [
      Object.assign(new Error('a'), { outcome: 'not-sent', code: 'BUFFER_FULL' }),
      Object.assign(new Error('b'), { outcome: 'delivered', code: 'ODD' }),
      new TypeError('c'),
    ]
    const { lines } = await load({ send: () => Promise.reject(errors.shift()!) }, { records: 3, keys: 3 })
    expect(lines.map(({ outcome, code }) => `${outcome} ${code}`)).toEqual([
      'not-sent BUFFER_FULL',
      'error ODD',
      'error TypeError',
    ])
  })

  it('keeps no more sends open than allowed', async () => {
    let open = 0
    let most = 0
    const send = async (): Promise<void> => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 1))
      open--
    }
    const { sent } = await load({ send }, { records: 40, maxOpen: 7 })
    expect(sent).toBe(40)
    expect(most).toBe(7)
  })

  it('ends the load of a client that is too slow', async () => {
    const send = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))
    const { sent, lines } = await load({ send }, { records: 1000, maxOpen: 1, maxLoadMs: 100 })
    expect(sent).toBeLessThan(1000)
    expect(lines).toHaveLength(sent)
  })

  it('sends one transaction at a time, and tells its outcome of each of its records', async () => {
    let open = 0
    const transaction: OpenContender['transaction'] = async (records) => {
      expect(open++).toBe(0)
      expect(records.map(({ key }) => key)).toEqual(['k0', 'k1'])
      await Promise.resolve()
      open--
      if (records[0]!.value.toString().startsWith('101 ')) throw new Error('aborted')
    }
    const { sent, lines } = await load(
      { transaction },
      { transactionalId: 't', records: 6, firstNumber: 100 },
    )
    expect(sent).toBe(6)
    expect(idsOf(lines)).toEqual(['k0/100', 'k1/100', 'k0/101', 'k1/101', 'k0/102', 'k1/102'])
    expect(lines.map(({ outcome }) => outcome[0]).join('')).toBe('aaeeaa')
  })
})
