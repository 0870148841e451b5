import { isHeadwaterError } from '@headwater/base'
import type { Header, ProducerRecord } from '@headwater/producer'
import { textHeader, toHeaderPairs } from '../text-headers.ts'
import { describeError, type StageFailure } from './stage-failure.ts'

/** Where a dead letter goes, and who gives it up. */
export interface StageDeadLetterSettings {
  readonly topic: string
  readonly service: string
  readonly nowMs: number
}

/** What a record keeps of earlier failures; all other `dlq.*` headers are of the last one, or they would pile up. */
const kept: ReadonlySet<string> = new Set(['dlq.first-failed-at', 'dlq.replay-count', 'dlq.replayed-from'])

/** The record as it was read, bytes, key, headers and time, with `dlq.*` headers that say why it is here. */
export function toStageDeadLetter(
  failure: StageFailure,
  { topic, service, nowMs }: StageDeadLetterSettings,
): ProducerRecord {
  const { attempts = 1, original } = failure
  const headers = toHeaderPairs(original.headers)
  const failedAt = new Date(nowMs).toISOString()
  const error = describeError(failure.error)
  const about: readonly (readonly [string, string | undefined])[] = [
    ['dlq.original.topic', original.topic],
    ['dlq.original.partition', String(original.partition)],
    ['dlq.original.offset', String(original.offset)],
    ['dlq.original.timestamp', original.timestamp?.toString()],
    ['dlq.original.key-present', String(original.key !== null)],
    ['dlq.error.class', error.name],
    ['dlq.error.code', error.code ?? undefined],
    ['dlq.error.kind', isHeadwaterError(failure.error) && failure.error.retriable ? 'retriable' : 'poison'],
    ['dlq.error.message', error.message],
    ['dlq.disposition', attempts > 1 ? 'retries-exhausted' : 'poison'],
    ['dlq.attempts', String(attempts)],
    ['dlq.first-failed-at', textHeader(headers, 'dlq.first-failed-at') === undefined ? failedAt : undefined],
    ['dlq.failed-at', failedAt],
    ['dlq.service', service],
    ['dlq.stage', failure.stage],
    ['dlq.message-id', textHeader(headers, 'message_id')],
  ]
  const set = about.filter((each): each is readonly [string, string] => each[1] !== undefined)
  const carried = headers.filter(([name]): boolean => !name.startsWith('dlq.') || kept.has(name))
  const all: readonly Header[] = [...carried, ...set]
  return {
    topic,
    key: original.key,
    value: original.value,
    headers: all,
    ...(original.timestamp !== undefined && { timestamp: original.timestamp }),
  }
}
