import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runHeadwater } from './run-headwater.ts'

const money = { type: 'record', name: 'Money', namespace: 'shop', fields: [{ name: 'cents', type: 'long' }] }
const orderPlaced = {
  type: 'record',
  name: 'OrderPlaced',
  namespace: 'shop',
  fields: [
    { name: 'orderId', type: 'string' },
    { name: 'total', type: 'Money' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-types-'))
  put('schemas/order-placed.avsc', JSON.stringify(orderPlaced))
  put('schemas/shared/money.avsc', JSON.stringify(money))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
const types = (...args: string[]): ReturnType<typeof runHeadwater> =>
  runHeadwater(['schemas', 'types', '--cwd', folder, '--out', 'src/events.ts', ...args])

describe('headwater schemas types', () => {
  it('writes one module for schemas that use each other, and the same one again', async () => {
    const first = await types('--event', 'order.placed=schemas/order-placed.avsc', 'schemas')
    expect(first).toEqual({ exitCode: 0, out: 'src/events.ts written (2 schemas).\n', err: '' })
    const text = read('src/events.ts')
    expect(text).toContain(
      'export interface OrderPlaced {\n  orderId: string\n  total: Money\n  at: number\n}',
    )
    expect(text).toContain("'order.placed': OrderPlacedInput")
    const { mtimeMs } = statSync(join(folder, 'src/events.ts'))
    const again = await types(
      '--event',
      'order.placed=schemas/order-placed.avsc',
      'schemas/shared/money.avsc',
      'schemas/order-placed.avsc',
    )
    expect(again.out).toBe('src/events.ts is up to date (2 schemas).\n')
    expect(statSync(join(folder, 'src/events.ts')).mtimeMs).toBe(mtimeMs)
  })

  it('takes schemas/**/*.avsc when no paths are given', async () => {
    expect((await types()).out).toContain('(2 schemas)')
  })

  it('follows the options of the codec', async () => {
    const instant = 'timestamp-millis=Instant:./instant.ts'
    const { exitCode } = await types('--long', 'bigint', '--wrap-unions', 'always', '--logical-type', instant)
    expect(exitCode).toBe(0)
    expect(read('src/events.ts')).toContain("import type { Instant } from './instant.ts'\n")
    expect(read('src/events.ts')).toContain('  at: Instant\n')
    expect(read('src/events.ts')).toContain('  cents: bigint\n')
  })

  it("knows what the codec's ready-made logical types give, and what takes their place", async () => {
    await types('--logical-type', 'standard')
    expect(read('src/events.ts')).toContain('  at: Date\n')
    await types('--logical-type', 'standard', '--logical-type', 'timestamp-millis=Instant:./instant.ts')
    expect(read('src/events.ts')).toContain('  at: Instant\n')
  })

  it('checks without writing: 1 when the module is missing or old, 0 when it is as it would be', async () => {
    expect(await types('--check')).toEqual({
      exitCode: 1,
      out: '',
      err: 'src/events.ts does not exist: run the command without --check, and commit the file\n',
    })
    await types()
    writeFileSync(join(folder, 'src/events.ts'), read('src/events.ts').replaceAll('\n', '\r\n'))
    expect((await types('--check')).exitCode).toBe(0)
    put('schemas/shared/money.avsc', JSON.stringify(money).replace('long', 'int').replace('cents', 'euros'))
    const old = read('src/events.ts')
    const { exitCode, err } = await types('--check')
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: 'src/events.ts is not what the schemas give: run the command without --check, and commit the file\n',
    })
    expect(read('src/events.ts')).toBe(old)
  })

  it('lists every schema that cannot be read, writes nothing and ends with 3', async () => {
    put('schemas/broken.avsc', '{\n "type": "recor')
    put(
      'schemas/lonely.avsc',
      JSON.stringify({ ...orderPlaced, name: 'Lonely' }).replace('"Money"', '"Coin"'),
    )
    const { exitCode, err } = await types()
    expect(exitCode).toBe(3)
    expect(err).toContain('schemas/broken.avsc:2')
    expect(err).toContain('schemas/lonely.avsc:1')
    expect(() => read('src/events.ts')).toThrow('ENOENT')
  })

  it('ends with 3 and the place for two schemas of one event', async () => {
    const event = ['--event', 'a=schemas/order-placed.avsc', '--event', 'a=schemas/shared/money.avsc']
    const { exitCode, err } = await types(...event)
    expect(exitCode).toBe(3)
    expect(err).toContain('schemas/shared/money.avsc:1:1')
    expect(err).toContain('the event a is already that of schemas/order-placed.avsc')
  })

  it.each([
    ['no --out', ['schemas', 'types']],
    ['a pattern that matches nothing', ['schemas', 'types', '--out', 'x.ts', 'nothing/*.avsc']],
    ['an event without a file', ['schemas', 'types', '--out', 'x.ts', '--event', 'a']],
    ['an event of no schema', ['schemas', 'types', '--out', 'x.ts', '--event', 'a=none.avsc']],
    ['a logical type without a type', ['schemas', 'types', '--out', 'x.ts', '--logical-type', 'date']],
    ['a long that is none', ['schemas', 'types', '--out', 'x.ts', '--long', 'text']],
    [
      'a type that cannot be imported',
      ['schemas', 'types', '--out', 'x.ts', '--logical-type', 'date=a|b:./m.ts'],
    ],
    ['a folder for a module', ['schemas', 'types', '--out', 'schemas']],
  ])('ends with 2 for %s', async (_, args) => {
    const { exitCode, err } = await runHeadwater([...args, '--cwd', folder])
    expect({ exitCode, silent: err === '' }).toEqual({ exitCode: 2, silent: false })
  })
})
