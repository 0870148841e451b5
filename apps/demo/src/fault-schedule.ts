import type { EmbeddedKafka, Fault } from '@headwater/embedded'

/** How often each kind of fault has fired, by its name. */
export type FaultCounts = Readonly<Record<string, number>>

/** Names as the report shows them. */
const kinds = {
  lostResponse: 'acknowledgement lost, record in the log',
  lostRequest: 'request lost, record not in the log',
  lateResponse: 'acknowledgement later than the timeout',
  refused: 'record in the log, answered with an error',
  leaderMoved: 'leader of a partition moved',
  brokerStopped: 'broker stopped',
  brokerRestarted: 'broker started again',
} as const

type FaultKind = keyof typeof kinds

/** Orders a fault for a request to come, or acts at once and says whether it did. */
type Step = (cluster: FaultyCluster, turn: number) => Fault | boolean | Promise<boolean>

/** What the faults happen to. */
interface FaultyCluster {
  readonly kafka: EmbeddedKafka
  /** The topic of readable mails. */
  readonly topic: string
  /** Its partitions. */
  readonly partitions: number
  /** The topic of unreadable ones. */
  readonly deadLetterTopic: string
  /** Milliseconds after which the producer gives a request up. */
  readonly requestTimeoutMs: number
}

interface Planned {
  readonly kind: FaultKind
  /** When it is due: at shares of the mails that have ended. */
  readonly at: (total: number) => readonly number[]
  readonly step: Step
}

const stoppedBroker = 2

/**
 * All that goes wrong in a run, by how far the run is: the same in every run, however fast it is. A short run has
 * fewer faults: a mail that met one after the other could be answered 503 before it got through.
 */
const plan: readonly Planned[] = [
  {
    kind: 'lostResponse',
    at: evenly({ most: 16, mailsEach: 60 }),
    step: ({ kafka, topic }) => kafka.faults.on('Produce', { topic }).loseResponse(),
  },
  {
    kind: 'lostResponse',
    at: () => [0.3, 0.7],
    step: ({ kafka, deadLetterTopic: topic }) => kafka.faults.on('Produce', { topic }).loseResponse(),
  },
  {
    kind: 'lostRequest',
    at: evenly({ most: 8, mailsEach: 120 }),
    step: ({ kafka, topic }) => kafka.faults.on('Produce', { topic }).loseRequest(),
  },
  {
    kind: 'lateResponse',
    at: evenly({ most: 2, mailsEach: 250 }),
    step: ({ kafka, topic, requestTimeoutMs }) =>
      kafka.faults.on('Produce', { topic }).delayResponse(1.5 * requestTimeoutMs),
  },
  {
    kind: 'refused',
    at: evenly({ most: 4, mailsEach: 250 }),
    step: ({ kafka, topic }) =>
      kafka.faults.on('Produce', { topic }).applyThenReply('NOT_ENOUGH_REPLICAS_AFTER_APPEND'),
  },
  { kind: 'leaderMoved', at: evenly({ most: 12, mailsEach: 60 }), step: moveLeader },
  { kind: 'brokerStopped', at: () => [0.4], step: stopBroker },
  { kind: 'brokerRestarted', at: () => [0.6], step: startBroker },
]

/** Shares of a run with equal distances between them, none at an end. */
function evenly({ most, mailsEach }: { readonly most: number; readonly mailsEach: number }): Planned['at'] {
  return (total) => {
    const count = Math.min(most, Math.ceil(total / mailsEach))
    return Array.from({ length: count }, (_, index) => (index + 0.5) / count)
  }
}

/** Hands one partition after the other to the next of its replicas that can lead. */
function moveLeader({ kafka, topic, partitions }: FaultyCluster, turn: number): boolean {
  const partition = kafka.partition(topic, turn % partitions)
  const able = partition.inSync.filter((broker) => broker !== partition.leader)
  const next = able[turn % able.length]
  if (next === undefined) return false
  partition.moveLeader(next)
  return true
}

async function stopBroker({ kafka }: FaultyCluster): Promise<boolean> {
  await kafka.broker(stoppedBroker).stop()
  return true
}

async function startBroker({ kafka }: FaultyCluster): Promise<boolean> {
  await kafka.broker(stoppedBroker).start()
  return true
}

interface Due {
  readonly kind: FaultKind
  /** How many mails have ended when it is due. */
  readonly after: number
  readonly turn: number
  readonly step: Step
}

/** Lets the faults of a run happen as the run goes on. */
export class FaultSchedule {
  readonly #cluster: FaultyCluster
  readonly #left: Due[]
  readonly #ordered: { readonly kind: FaultKind; readonly fault: Fault }[] = []
  readonly #happened = new Map<FaultKind, number>()

  /** @param total - mails of the run. */
  constructor(cluster: FaultyCluster, total: number) {
    this.#cluster = cluster
    this.#left = plan
      .flatMap(({ kind, at, step }) =>
        at(total).map((share, turn) => ({ kind, after: Math.max(1, Math.floor(share * total)), turn, step })),
      )
      .sort((a, b) => a.after - b.after)
  }

  /** Does what is due when so many mails have ended. */
  async advance(ended: number): Promise<void> {
    while (this.#left[0] !== undefined && this.#left[0].after <= ended) {
      const { kind, step, turn } = this.#left.shift() as Due
      const done = await step(this.#cluster, turn)
      if (typeof done === 'object') this.#ordered.push({ kind, fault: done })
      else if (done) this.#happened.set(kind, (this.#happened.get(kind) ?? 0) + 1)
    }
  }

  /** What has fired so far; orders that no request has met yet do not count. */
  counts(): FaultCounts {
    const counts = new Map(this.#happened)
    for (const { kind, fault } of this.#ordered) counts.set(kind, (counts.get(kind) ?? 0) + fault.fired)
    return Object.fromEntries(
      (Object.keys(kinds) as FaultKind[])
        .filter((kind) => (counts.get(kind) ?? 0) > 0)
        .map((kind) => [kinds[kind], counts.get(kind) ?? 0]),
    )
  }
}
