import { deepStrictEqual } from 'node:assert'
import { tasks, type Serializer, type Task } from './serializers.ts'

/** What the operations of one serializer are given, and what they must make of it. */
export interface TaskInputs {
  readonly values: readonly object[]
  /** Each value as Headwater writes it. */
  readonly frames: readonly Buffer[]
  /** Each value as the next version reads it. */
  readonly nextValues: readonly object[]
}

const frameBytes = 5

/** What a task is done with, over and over. */
export async function inputsOf(
  serializer: Serializer,
  task: Task,
  inputs: TaskInputs,
): Promise<readonly unknown[]> {
  if (task === 'encode') return inputs.values
  if (serializer.reads !== 'its own') return inputs.frames
  return Promise.all(inputs.values.map((value) => serializer.operations.encode!(value)))
}

/**
 * Does every task once before it is measured, so that nobody is quick at something else: Avro must be the same bytes,
 * and what is read the same values.
 *
 * @throws AssertionError when it is not
 */
export async function checkSerializer(serializer: Serializer, inputs: TaskInputs): Promise<void> {
  for (const task of tasks) {
    const operation = serializer.operations[task]
    if (operation === undefined) continue
    const given = await inputsOf(serializer, task, inputs)
    for (const [at, input] of given.entries()) {
      const made = await operation(input)
      const message = `${serializer.name} does not ${task} as Headwater does`
      if (task !== 'encode') {
        const wanted = task === 'decode' ? inputs.values[at] : inputs.nextValues[at]
        deepStrictEqual(plain(made), plain(wanted), message)
      } else if (made instanceof Uint8Array && serializer.reads !== 'its own') {
        const frame = inputs.frames[at]!
        const isPayload = made.length === frame.length - frameBytes
        deepStrictEqual(Buffer.from(made), isPayload ? frame.subarray(frameBytes) : frame, message)
      }
    }
  }
}

/** Classes of records are the serializer's own affair. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}
