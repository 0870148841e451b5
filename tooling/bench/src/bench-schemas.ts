import { mkdirSync, writeFileSync } from 'node:fs'
import { startRegistry } from '@headwater/embedded'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { checkSerializer, inputsOf, type TaskInputs } from './schemas/check-serializer.ts'
import { loadConfluent } from './schemas/confluent-serializer.ts'
import { calibrate, measureOperation, type OperationRun } from './schemas/measure-operation.ts'
import { recordShapes, type RecordShape } from './schemas/record-shapes.ts'
import { formatSchemaReport, schemaRatios, type SerializerResult } from './schemas/schema-report.ts'
import { nextTopicOf, prepareSerializers, tasks, type Serializer, type Task } from './schemas/serializers.ts'

const records = 256
/** Short runs, and many, so that some are left alone. */
const runsPerRound = 5

/**
 * `pnpm bench schemas`: Headwater's Avro codec beside other serializers, one process, the same records. All are warm:
 * no request to the registry, which is the embedded one, is left when the measuring starts.
 */
export async function benchSchemas(rounds: number): Promise<void> {
  const prepareConfluent = await loadConfluent()
  await using registry = await startRegistry()
  const results: SerializerResult[] = []
  for (const shape of recordShapes) {
    const schemaId = await registerVersions(registry.url, shape)
    const bench = { shape, registryUrl: registry.url, schemaId }
    const serializers = [...(await prepareSerializers(bench)), await prepareConfluent(bench)]
    const inputs = await makeInputs(registry.url, shape)
    for (const serializer of serializers) await checkSerializer(serializer, inputs)
    for (const task of tasks) results.push(...(await measureTask(task, shape, serializers, inputs, rounds)))
  }
  console.log(formatSchemaReport(results))
  const folder = new URL('../.reports/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const report = { node: process.version, rounds, results, ratios: schemaRatios(results) }
  writeFileSync(new URL('bench-schemas.json', folder), JSON.stringify(report, null, 2))
}

/** The first version under its topic; the next one under a topic of its own, where it is the latest. */
async function registerVersions(url: string, shape: RecordShape): Promise<number> {
  const registry = createRegistry({ url })
  const nextSubject = `${nextTopicOf(shape)}-value`
  await registry.register(nextSubject, shape)
  await registry.register(nextSubject, { schema: shape.nextSchema })
  return registry.register(`${shape.name}-value`, shape)
}

async function makeInputs(url: string, shape: RecordShape): Promise<TaskInputs> {
  const registry = createRegistry({ url })
  const topics = { [shape.name]: shape.schema }
  const codec = await createAvroCodec({ registry, topics, autoRegister: false })
  const values = Array.from({ length: records }, (_, n) => shape.make(n))
  return {
    values,
    frames: values.map((value) => Buffer.from(codec.encode(shape.name, value))),
    nextValues: values.map((value) => ({ ...value, addedLater: 'none' })),
  }
}

async function measureTask(
  task: Task,
  shape: RecordShape,
  serializers: readonly Serializer[],
  inputs: TaskInputs,
  rounds: number,
): Promise<readonly SerializerResult[]> {
  const runners: { name: string; run: () => Promise<OperationRun>; runs: OperationRun[] }[] = []
  for (const serializer of serializers) {
    const operation = serializer.operations[task]
    if (operation === undefined) continue
    const given = await inputsOf(serializer, task, inputs)
    const count = await calibrate(operation, given)
    runners.push({ name: serializer.name, run: () => measureOperation(operation, given, count), runs: [] })
  }
  for (let round = 0; round < rounds * runsPerRound; round++) {
    // Another order each time, so that nobody always runs beside the same disturbance.
    for (let turn = 0; turn < runners.length; turn++) {
      const runner = runners[(round + turn) % runners.length]!
      runner.runs.push(await runner.run())
    }
  }
  process.stderr.write(`measured: ${shape.name}, ${task}\n`)
  const bytes = inputs.frames[0]!.length
  return runners.map(({ name, runs }) => ({ shape: shape.name, bytes, task, name, runs }))
}
