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

// The best of many short runs: what else a computer does can only make one slower, and does not do so to all alike.
const rate = ({ runs }: SerializerResult): number => Math.max(...runs.map((run) => run.perSecond))
const cpu = ({ runs }: SerializerResult): number => Math.min(...runs.map((run) => run.cpuMicros))

/** Below this the object in which bytes are handed out costs more than writing them, which avsc alone does not do. */
const leastBytesForFloor = 100

/** What the project promises of encoding, by shape. The CPU time of both sides, which other work disturbs the least. */
export function schemaRatios(results: readonly SerializerResult[]): readonly Ratio[] {
  const shapes = Map.groupBy(
    results.filter(({ task }) => task === 'encode'),
    ({ shape }) => shape,
  )
  return [...shapes].flatMap(([shape, group]): readonly Ratio[] => {
    const micros = (name: string): number => cpu(group.find((each) => each.name === name)!)
    const overFloor: Ratio = {
      what: `${shape}: CPU of encode over ${floor}`,
      measured: micros(ours) / micros(floor),
      relation: 'at most',
      bound: 1.5,
    }
    const times = (name: string, bound: number): Ratio => ({
      what: `${shape}: CPU of encode, ${name} over Headwater`,
      measured: micros(name) / micros(ours),
      relation: 'at least',
      bound,
    })
    return [...(group[0]!.bytes < leastBytesForFloor ? [] : [overFloor]), times(confluent, 5), times(csr, 1)]
  })
}

/** The report as Markdown tables, one for each shape and task, and the promises. */
export function formatSchemaReport(results: readonly SerializerResult[]): string {
  const tables = Map.groupBy(results, ({ shape, task, bytes }) => `${shape} (${bytes} bytes), ${task}`)
  const lines = [...tables].flatMap(([title, group]) => ['', title, '', ...formatTable(group)])
  const promises = schemaRatios(results).map(
    (ratio) =>
      `${ratio.what.padEnd(72)}  ${ratio.measured.toFixed(2).padStart(6)}  ${ratio.relation} ${ratio.bound}${holds(ratio) ? '' : '   NOT REACHED'}`,
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
