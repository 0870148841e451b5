/** What goes wrong with the next request that a producer sends for a step. */
export type StepFault =
  | { readonly verb: 'loseRequest' }
  | { readonly verb: 'loseResponse' }
  /** Half of the answer arrives. */
  | { readonly verb: 'cutResponse' }
  /** The producer gives up waiting and asks again before the request arrives. Only of Produce. */
  | { readonly verb: 'late'; readonly ms: number }
  /** An error of those that the request's API has, by its number in the list. */
  | { readonly verb: 'reply'; readonly error: number }
  | { readonly verb: 'applyThenReply'; readonly error: number }

/** What a producer does. */
export type ProducerStep = {
  readonly producer: number
  /** The next step does not wait for this one. */
  readonly together: boolean
  readonly fault?: StepFault | undefined
} & (
  | {
      readonly does: 'produce'
      readonly partition: number
      /** Sent at once, without waiting for an answer between. */
      readonly batches: number
      readonly records: number
      /** From v12 on the request adds its partition to the transaction. */
      readonly version: 9 | 12
    }
  | { readonly does: 'repeat'; readonly partition: number; readonly back: number }
  | { readonly does: 'end'; readonly commit: boolean }
  | { readonly does: 'init'; readonly tellsEpoch: boolean }
  | { readonly does: 'zombie'; readonly partition: number; readonly version: 9 | 12; readonly ends: boolean }
  | { readonly does: 'delayMarkers'; readonly ms: number }
)

/** What happens to the cluster, or is looked at. */
export type ClusterStep =
  | { readonly does: 'moveLeader'; readonly partition: number; readonly broker: number }
  | { readonly does: 'moveCoordinator'; readonly producer: number; readonly broker: number }
  | { readonly does: 'stop' | 'start'; readonly broker: number }
  | { readonly does: 'advance'; readonly ms: number }
  /** Reads while others write; what is read must stay so. */
  | { readonly does: 'peek'; readonly partition: number }
  /** Waits for everybody and compares all with the model. */
  | { readonly does: 'check' }

/** Each step can follow any other: where there is nothing to do it does nothing, so that steps can be left out. */
export type Step = ProducerStep | ClusterStep

/** Who takes part: producers without and with idempotence, and with a transactional id. */
export const cast = [
  'plain',
  'idempotent',
  'idempotent',
  'transactional',
  'transactional',
  'transactional',
] as const

export const brokers = 3
export const partitions = 3

/** A schedule of random steps; the same for the same numbers. */
export function randomSchedule(random: () => number, length: number): Step[] {
  const below = (count: number): number => Math.floor(random() * count)
  const chance = (share: number): boolean => random() < share
  const fault = (): StepFault | undefined => {
    if (!chance(0.3)) return undefined
    const kinds: readonly StepFault[] = [
      { verb: 'loseRequest' },
      { verb: 'loseResponse' },
      { verb: 'cutResponse' },
      { verb: 'late', ms: 1 + below(20) },
      { verb: 'reply', error: below(12) },
      { verb: 'applyThenReply', error: below(12) },
    ]
    return kinds[below(kinds.length)]
  }
  const by = (): Pick<ProducerStep, 'producer' | 'together' | 'fault'> => ({
    producer: below(cast.length),
    together: chance(0.4),
    fault: fault(),
  })
  const version = (): 9 | 12 => (chance(0.5) ? 9 : 12)
  const partition = (): number => below(partitions)
  const broker = (): number => 1 + below(brokers)
  const weighted: readonly (readonly [number, () => Step])[] = [
    [
      36,
      () => ({
        does: 'produce',
        ...by(),
        partition: partition(),
        batches: 1 + below(3),
        records: 1 + below(3),
        version: version(),
      }),
    ],
    [7, () => ({ does: 'repeat', ...by(), partition: partition(), back: below(7) })],
    [16, () => ({ does: 'end', ...by(), commit: chance(0.6) })],
    [5, () => ({ does: 'init', ...by(), tellsEpoch: chance(0.5) })],
    [5, () => ({ does: 'zombie', ...by(), partition: partition(), version: version(), ends: chance(0.4) })],
    [4, () => ({ does: 'delayMarkers', ...by(), ms: 1 + below(20) })],
    [7, () => ({ does: 'moveLeader', partition: partition(), broker: broker() })],
    [3, () => ({ does: 'moveCoordinator', producer: below(cast.length), broker: broker() })],
    [4, () => ({ does: 'stop', broker: broker() })],
    [6, () => ({ does: 'start', broker: broker() })],
    [5, () => ({ does: 'advance', ms: 1 + below(20) })],
    [5, () => ({ does: 'peek', partition: partition() })],
    [2, () => ({ does: 'check' })],
  ]
  const total = weighted.reduce((sum, [weight]) => sum + weight, 0)
  return Array.from({ length }, () => {
    let left = random() * total
    return weighted.find(([weight]) => (left -= weight) < 0)![1]()
  })
}
