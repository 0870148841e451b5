import type { FoundRecord, Send } from '../src/delivery-ledger.ts'

/** A run that went well: four mails of one sender, one after the other, and one dead letter. */
export function madeUpRun(): { sends: Send[]; records: FoundRecord[] } {
  const sends = [0, 1, 2, 3].map((offset) => acknowledged(offset, { topic: 'raw', offset: BigInt(offset) }))
  sends.push(acknowledged(4, { topic: 'dead', offset: 0n }))
  const records = [0, 1, 2, 3].map((offset) => found(offset, { topic: 'raw', offset: BigInt(offset) }))
  records.unshift(found(4, { topic: 'dead', offset: 0n, key: null }))
  return { sends, records }
}

/** The send of mail `number`, answered before the next one was posted. */
export function acknowledged(
  number: number,
  place: { readonly topic: string; readonly offset: bigint | undefined },
  attempts = 1,
): Send {
  return {
    sha256: `digest-${number}`,
    startedAt: 2 * number,
    attempts,
    latencyMs: number,
    outcome: {
      kind: 'acknowledged',
      acknowledgedAt: 2 * number + 1,
      placement: { ...place, partition: 0 },
      deadLettered: place.topic === 'dead',
    },
  }
}

/** The record of mail `number`. */
export function found(number: number, place: Partial<FoundRecord> = {}): FoundRecord {
  return {
    topic: 'raw',
    partition: 0,
    offset: BigInt(number),
    key: 'desk@example.com',
    sha256: `digest-${number}`,
    ...place,
  }
}
