import { median } from '../measure.ts'
import type { Ratio } from '../report.ts'
import { holds } from '../report.ts'
import { confluent } from './confluent-serializer.ts'
import type { OperationRun } from './measure-operation.ts'
import { csr, floor, ours, type Task } from './serializers.ts'

/** What a serializer came to at one task with one shape, over all rounds. */
export interface SerializerResult {
  readonly shape: string
  /** Of the first record, with its frame. */
  readonly bytes: number
  readonly task: Task
  readonly name: string
  readonly runs: readonly OperationRun[]
}

const rate = ({ runs }: SerializerResult): number => median(runs.map((run) => run.perSecond))
const cpu = ({ runs }: SerializerResult): number => median(runs.map((run) => run.cpuMicros))

/** What the project promises of encoding, by shape. The CPU time of both sides, which other work disturbs the least. */
export function schemaRatios(results: readonly SerializerResult[]): readonly Ratio[] {
  const shapes = [...new Set(results.map(({ shape }) => shape))]
  return shapes.flatMap((shape): readonly Ratio[] => {
    const micros = (name: string): number =>
      cpu(results.find((each) => each.shape === shape && each.task === 'encode' && each.name === name)!)
    return [
      {
        what: `${shape}: CPU of encode over avsc alone`,
        measured: micros(ours) / micros(floor),
        relation: 'at most',
        bound: 1.5,
      },
      {
        what: `${shape}: encode, times ${confluent}`,
        measured: micros(confluent) / micros(ours),
        relation: 'at least',
        bound: 5,
      },
      {
        what: `${shape}: encode, times ${csr}`,
        measured: micros(csr) / micros(ours),
        relation: 'at least',
        bound: 1,
      },
    ]
  })
}

/** The report as Markdown tables, one for each shape and task, and the promises. */
export function formatSchemaReport(results: readonly SerializerResult[]): string {
  const tables = Map.groupBy(results, ({ shape, task, bytes }) => `${shape} (${bytes} bytes), ${task}`)
  const lines = [...tables].flatMap(([title, group]) => ['', title, '', ...formatTable(group)])
  const promises = schemaRatios(results).map(
    (ratio) =>
      `${ratio.what.padEnd(60)}  ${ratio.measured.toFixed(2).padStart(6)}  ${ratio.relation} ${ratio.bound}${holds(ratio) ? '' : '   NOT REACHED'}`,
  )
  return [...lines, '', ...promises].join('\n').trimStart()
}

function formatTable(group: readonly SerializerResult[]): readonly string[] {
  const base = group.find(({ name }) => name === ours)!
  const rows = group
    .toSorted((a, b) => cpu(a) - cpu(b))
    .map((result) => [
      result.name.padEnd(46),
      Math.round(rate(result)).toLocaleString('en-US').padStart(9),
      cpu(result).toFixed(2).padStart(6),
      (cpu(result) / cpu(base)).toFixed(2).padStart(13),
    ])
  const head = ['serializer'.padEnd(46), '  a second', 'CPU us', 'Headwater = 1']
  return [head.join('  '), ...rows.map((row) => row.join('  '))]
}
