import { join } from 'node:path'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import type { JavaTools } from '../find-clients.ts'
import { jvmArguments } from '../java-clients.ts'
import type { Program } from '../run-program.ts'
import { collectSights, type Sight } from '../sight.ts'
import { csrName, pythonName } from './avro-case.ts'
import type { FrameFact } from './frame-tasks.ts'

/** A serializer that is not Headwater's. */
export interface FrameClient {
  readonly name: string
  /** Whether it gives values as Headwater does, or as they are told to other languages. */
  readonly gives: 'value' | 'told'
  /** @param url - of the registry that has the schemas of the facts */
  readonly perform: (facts: readonly FrameFact[], url: string) => Promise<readonly Sight[]>
}

const timeoutMs = 100_000

/** confluent-kafka's AvroDeserializer and AvroSerializer. */
export function createPythonFrames(python: string): FrameClient {
  const program = join(import.meta.dirname, '../../python/avro-frames.py')
  return {
    name: pythonName,
    gives: 'told',
    perform: (facts, url) => runFrames({ command: python, args: [program, url], timeoutMs }, facts),
  }
}

/** Avro Java behind Confluent's frame. */
export function createJavaFrames({ java, classPath }: JavaTools): FrameClient {
  const args = [...jvmArguments, '-Dfile.encoding=UTF-8', '-cp', classPath, 'AvroFrames']
  return {
    name: 'Avro Java',
    gives: 'told',
    perform: (facts, url) => runFrames({ command: java, args: [...args, url], timeoutMs }, facts),
  }
}

function runFrames(program: Program, facts: readonly FrameFact[]): Promise<readonly Sight[]> {
  const input = facts.map(({ task }) => `${JSON.stringify(task)}\n`).join('')
  return collectSights({ ...program, input })
}

/** @kafkajs/confluent-schema-registry, in this process. */
export const csrFrames: FrameClient = {
  name: csrName,
  gives: 'value',
  perform(facts, url) {
    const registry = new SchemaRegistry({ host: url })
    return see(facts, ({ task, schemaId, expected }) =>
      task.do === 'write'
        ? registry.encode(schemaId, expected.value).then((frame) => frame.toString('hex'))
        : registry.decode(
            Buffer.from(task.frame, 'hex'),
            task.reader === undefined ? {} : { AVRO: { readerSchema: JSON.parse(task.reader) as never } },
          ),
    )
  },
}

/** Headwater itself in another process's place: it knows nothing but the registry. */
export const headwaterFrames: FrameClient = {
  name: 'Headwater',
  gives: 'value',
  perform(facts, url) {
    const registry = createRegistry({ url })
    return see(facts, async ({ task, expected }, at) => {
      const { topic } = task
      if (task.do === 'write') {
        const codec = await createAvroCodec({ registry, topics: { [topic]: { useLatest: true } } })
        return Buffer.from(codec.encode(topic, expected.value)).toString('hex')
      }
      // A subject for each reader: nobody said that they fit each other.
      const subject = `${topic}-read-${at}`
      const topics = task.reader === undefined ? {} : { [topic]: { schema: task.reader, subject } }
      const codec = await createAvroCodec({ registry, topics })
      return codec.decodeAsync(Buffer.from(task.frame, 'hex'), { topic })
    })
  },
}

async function see(
  facts: readonly FrameFact[],
  perform: (fact: FrameFact, at: number) => Promise<unknown>,
): Promise<readonly Sight[]> {
  return Promise.all(
    facts.map(async (each, at): Promise<Sight> => {
      const { fact } = each.task
      try {
        return { fact, observed: await perform(each, at) }
      } catch (error) {
        return { fact, error: String(error) }
      }
    }),
  )
}
