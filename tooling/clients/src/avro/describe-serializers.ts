import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { findAvroJava, findPythonClients } from '../find-clients.ts'
import type { Sight } from '../sight.ts'
import {
  createJavaFrames,
  createPythonFrames,
  csrFrames,
  headwaterFrames,
  type FrameClient,
} from './frame-clients.ts'
import { frameFactNames, makeFrameFacts, type FrameFact } from './frame-tasks.ts'

// Looked for, and installed, before the first test: what is missing is told here, and shows as skipped below.
const java = await findAvroJava()
const python = await findPythonClients()

const runTimeoutMs = 110_000
const frameBytes = 5

/**
 * Frames that Headwater's codec wrote are read by serializers of other languages, and the other way round, with the
 * schemas in one registry. One run of each, all at the same time.
 */
export function describeSerializers(getUrl: () => string): void {
  const clients = [
    headwaterFrames,
    csrFrames,
    ...(java ? [createJavaFrames(java)] : []),
    ...(python ? [createPythonFrames(python)] : []),
  ]
  let facts: ReadonlyMap<string, FrameFact>
  const runs = new Map<FrameClient, Promise<readonly Sight[]>>()

  beforeAll(async () => {
    const made = await makeFrameFacts(getUrl(), `frames-${randomUUID().slice(0, 8)}`)
    facts = new Map(made.map((fact) => [fact.task.fact, fact]))
    for (const client of clients) {
      const run = client.perform(made, getUrl())
      // Awaited below, when its turn comes.
      run.catch(() => undefined)
      runs.set(client, run)
    }
  }, runTimeoutMs)

  it('read what Headwater writes with its logical types, since the bytes are the same', () => {
    const logical = [...facts.values()].filter(({ expected }) => expected.logical !== undefined)
    expect(logical.length).toBeGreaterThan(0)
    for (const { task, expected, codec, logicalCodec } of logical) {
      const frame = logicalCodec.encode(task.topic, expected.logical)
      expect(Buffer.compare(frame, codec.encode(task.topic, expected.value))).toBe(0)
    }
  })
  for (const client of clients)
    describeClient(
      client,
      () => facts,
      () => runs.get(client)!,
    )
  // The reason was printed when it was looked for.
  if (!java) describe.skip('Avro Java', () => it('reads and writes frames', () => undefined))
  // Likewise.
  if (!python)
    describe.skip('confluent-kafka for Python', () => it('reads and writes frames', () => undefined))
}

function describeClient(
  { name, gives }: FrameClient,
  getFacts: () => ReadonlyMap<string, FrameFact>,
  getRun: () => Promise<readonly Sight[]>,
): void {
  describe(name, () => {
    let sights: ReadonlyMap<string, Sight>

    beforeAll(async () => {
      sights = new Map((await getRun()).map((sight) => [sight.fact, sight]))
    }, runTimeoutMs)

    for (const fact of frameFactNames(name)) {
      it(fact, async () => {
        const { task, schemaId, expected, codec, logicalCodec } = getFacts().get(fact)!
        const { observed, error } = sights.get(fact) ?? { error: 'the program never came to it' }
        expect(error).toBeUndefined()
        if (task.do === 'read') return expect(observed).toEqual(expected[gives])
        const frame = Buffer.from(observed as string, 'hex')
        expect([frame[0], frame.readInt32BE(1), frame.length > frameBytes]).toEqual([0, schemaId, true])
        expect(await codec.decodeAsync(frame, { topic: task.topic })).toEqual(expected.value)
        if (expected.logical === undefined) return
        expect(await logicalCodec.decodeAsync(frame, { topic: task.topic })).toEqual(expected.logical)
      })
    }
  })
}
