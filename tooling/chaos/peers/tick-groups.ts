import type { ContenderRecord } from '../src/contender.ts'

/** How {@link createTickGroups} groups. */
export interface TickGroupsOptions {
  /** Most records in one group; a fuller tick makes several groups. */
  readonly maxRecords: number
  /** 'one': while a group is out the others wait, and grow. 'any': none waits. */
  readonly groupsAtOnce: 'any' | 'one'
  /** Sends one group, all of one topic; what becomes of the promise becomes of each record. */
  readonly send: (topic: string, records: readonly ContenderRecord[]) => Promise<unknown>
}

interface Waiting {
  readonly record: ContenderRecord
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Hands a client that makes no batches of its own the records of one tick of the event loop together, a topic at a
 * time: the least that an application with such a client does to get anywhere near its speed. Nothing is retried,
 * reordered or held back here, save what `groupsAtOnce: 'one'` holds back.
 */
export function createTickGroups(options: TickGroupsOptions): (record: ContenderRecord) => Promise<void> {
  let waiting: Waiting[] = []
  let isOut = false

  const settle = async (group: readonly Waiting[]): Promise<void> => {
    const topic = group[0]?.record.topic
    if (topic === undefined) return
    try {
      await options.send(
        topic,
        group.map(({ record }) => record),
      )
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  /** Takes all that waits, the records of each topic in groups no larger than allowed. */
  const takeGroups = (): readonly (readonly Waiting[])[] => {
    const byTopic = Map.groupBy(waiting, ({ record }) => record.topic)
    waiting = []
    return [...byTopic.values()].flatMap((all) =>
      Array.from({ length: Math.ceil(all.length / options.maxRecords) }, (_, index) =>
        all.slice(index * options.maxRecords, (index + 1) * options.maxRecords),
      ),
    )
  }

  const flushOneByOne = async (): Promise<void> => {
    if (isOut) return
    isOut = true
    while (waiting.length > 0) {
      for (const group of takeGroups()) await settle(group)
    }
    isOut = false
  }

  const flush = (): void => {
    // Neither ever rejects: `settle` gives every fault to the records that it concerns.
    if (options.groupsAtOnce === 'one') void flushOneByOne()
    else for (const group of takeGroups()) void settle(group)
  }

  return (record) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push({ record, resolve, reject })
    })
}
