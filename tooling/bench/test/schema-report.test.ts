import { describe, expect, it } from 'vitest'
import { holds } from '../src/report.ts'
import { confluent } from '../src/schemas/confluent-serializer.ts'
import { formatSchemaReport, schemaRatios, type SerializerResult } from '../src/schemas/schema-report.ts'
import { csr, floor, ours } from '../src/schemas/serializers.ts'

const resultsOf = (shape: string, bytes: number, micros: Readonly<Record<string, number>>) =>
  Object.entries(micros).map(([name, cpuMicros]): SerializerResult => ({
    shape,
    bytes,
    task: 'encode',
    name,
    // The second run was disturbed.
    runs: [
      { perSecond: 1e6 / cpuMicros, cpuMicros },
      { perSecond: 1, cpuMicros: 1e6 },
    ],
  }))

describe('schemaRatios', () => {
  const results = [
    ...resultsOf('large', 300, { [floor]: 1, [ours]: 2, [csr]: 1.5, [confluent]: 30 }),
    ...resultsOf('tiny', 13, { [floor]: 0.1, [ours]: 0.3, [csr]: 0.6, [confluent]: 12 }),
  ]

  it('compares the best runs, and says which promise does not hold', () => {
    const ratios = schemaRatios(results)
    expect(ratios.map(({ measured }) => Math.round(measured * 100) / 100)).toEqual([2, 15, 0.75, 40, 2])
    expect(ratios.map(holds)).toEqual([false, true, false, true, true])
  })

  it('holds no record to avsc alone that is smaller than the object it is handed out in', () => {
    expect(
      schemaRatios(results).filter(({ what }) => what.startsWith('tiny') && what.includes(floor)),
    ).toEqual([])
  })

  it('is part of the report, below a table for each shape that starts with the quickest', () => {
    const report = formatSchemaReport(results)
    expect(report.match(/NOT REACHED/g)).toHaveLength(2)
    const [, first, second] = report.split('\n').filter((line) => /^(avsc|Headwater|@)/.test(line))
    expect([first!.split('  ')[0], second!.split('  ')[0]]).toEqual([csr, ours])
  })
})
