import { describe, expect, it } from 'vitest'
import { parseChaosOptions } from '../src/chaos-options.ts'
import { scenarios } from '../src/scenario-table.ts'

describe('parseChaosOptions', () => {
  it('runs everything with everybody unless told otherwise', () => {
    const options = parseChaosOptions([])
    expect(options.records).toBe(200_000)
    expect(options.scenarios).toEqual(scenarios)
    expect(options.clients).toContain('headwater')
    expect(options.writeDocs).toBe(false)
  })

  it('takes what it is told', () => {
    const told =
      '--records 5 --rate 7 --scenarios quiet,disk-full --clients kafkajs --seed 9 --json x.json --write-docs'
    const { scenarios: chosen, ...options } = parseChaosOptions(told.split(' '))
    expect(chosen.map(({ name }) => name)).toEqual(['quiet', 'disk-full'])
    expect(options).toEqual({
      records: 5,
      rate: 7,
      clients: ['kafkajs'],
      seed: 9,
      jsonFile: 'x.json',
      writeDocs: true,
    })
  })

  it.each([
    ['--scenarios noisy', 'There is no scenario noisy; there are quiet'],
    ['--clients nobody', 'There is no client nobody; there are headwater'],
    ['--records many', '--records is a whole number from 1, not many'],
    ['--rate 0', '--rate is a whole number from 1, not 0'],
    ['--fast', "Unknown option '--fast'"],
  ])('refuses %s', (args, why) => {
    expect(() => parseChaosOptions(args.split(' '))).toThrow(why)
  })
})
