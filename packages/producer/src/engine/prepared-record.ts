import { types } from 'node:util'
import { toError } from '@headwater/base'
import { recordSizeUpperBound } from '@headwater/protocol'
import type { Header, Headers, ProducerRecord } from '../producer-record.ts'
import { isTopicName, topicNameRule } from './topic-name.ts'

/** A checked record, its text key turned into the bytes that decide the partition. */
export interface PreparedRecord {
  readonly topic: string
  readonly key: Uint8Array | null
  readonly value: Uint8Array | string | null
  readonly headers: readonly Header[]
  readonly timestamp: number
  readonly partition: number | undefined
  /** Bytes that the record takes in a batch, at the most. */
  readonly sizeBound: number
}

/** Why a record is none: what is wrong and what to give instead. */
export interface RecordProblem {
  readonly problem: string
}

const noHeaders: readonly Header[] = []
/** Kafka counts partitions in 32 bits. */
const maxPartition = 0x7fffffff
/** The range in which a varlong of our batches is exact, and in which dates exist (ECMA-262, 21.4.1.1). */
const maxTimestamp = 8.64e15

/** Checks a record and brings it into one form; never throws, whatever it is given. */
export function prepareRecord(
  record: ProducerRecord,
  nowMs: number,
  added: readonly Header[],
): PreparedRecord | RecordProblem {
  try {
    return prepare(record, nowMs, added)
  } catch (thrown) {
    // A getter of the record's own, or a string longer than strings can be.
    return { problem: `the record cannot be read: ${toError(thrown).message}` }
  }
}

function prepare(
  record: ProducerRecord,
  nowMs: number,
  added: readonly Header[],
): PreparedRecord | RecordProblem {
  if (typeof record !== 'object' || record === null)
    return { problem: `a record is an object, not ${kindOf(record)}` }
  const { topic, key = null, value, partition } = record
  if (!isTopicName(topic)) {
    return {
      problem: `the topic name must be ${topicNameRule}, not ${describe(topic)}`,
    }
  }
  if (!isContent(key)) return { problem: `the key must be a string, bytes or null, not ${kindOf(key)}` }
  if (!isContent(value)) {
    return {
      problem: `the value must be bytes, a string or null, not ${kindOf(value)}; encode it with a codec first`,
    }
  }
  if (
    partition !== undefined &&
    !(Number.isInteger(partition) && partition >= 0 && partition <= maxPartition)
  ) {
    return { problem: `the partition must be a whole number from 0, not ${describe(partition)}` }
  }
  const timestamp = toTimestamp(record.timestamp, nowMs)
  if (timestamp === undefined) {
    return {
      problem: `the timestamp must be milliseconds since the epoch or a Date, not ${describe(record.timestamp)}`,
    }
  }
  const headers = toHeaders(record.headers, added)
  if ('problem' in headers) return headers
  const keyBytes = typeof key === 'string' ? Buffer.from(key) : key
  return {
    topic,
    key: keyBytes,
    value,
    headers,
    timestamp,
    partition,
    sizeBound: recordSizeUpperBound({ key: keyBytes, value, headers, timestamp }),
  }
}

/**
 * A record that must wait keeps its own copy: its caller may use the memory again as soon as `send` has returned. Its
 * value is kept as bytes even when it is text, since a piece of a text can hold on to the whole, which nobody counts.
 */
export function ownedCopy(record: PreparedRecord): PreparedRecord {
  return {
    ...record,
    key: copied(record.key),
    value: typeof record.value === 'string' ? Buffer.from(record.value) : copied(record.value),
    headers: record.headers.map(([name, value]) => [name, copied(value)] as const),
  }
}

function copied<Content extends Uint8Array | string | null>(content: Content): Content {
  return (types.isUint8Array(content) ? Buffer.from(content) : content) as Content
}

function isContent(content: unknown): content is Uint8Array | string | null {
  if (content === null || typeof content === 'string') return true
  // Not `instanceof`: test runners give modules globals of their own.
  if (!types.isUint8Array(content)) return false
  // Bytes whose memory was handed to a worker look empty, and would be delivered so; reading them throws.
  if (content.length === 0) content.at(0)
  return true
}

function toTimestamp(timestamp: unknown, nowMs: number): number | undefined {
  // A clock may tell fractions, which no record can hold.
  if (timestamp === undefined) return toTimestamp(Math.floor(nowMs), nowMs)
  const ms = timestamp instanceof Date ? timestamp.getTime() : timestamp
  return typeof ms === 'number' && Number.isInteger(ms) && ms >= 0 && ms <= maxTimestamp ? ms : undefined
}

function toHeaders(given: Headers | undefined, added: readonly Header[]): readonly Header[] | RecordProblem {
  if (given === undefined) return added.length === 0 ? noHeaders : added
  if (typeof given !== 'object' || given === null)
    return { problem: `headers must be an object or a list of pairs, not ${kindOf(given)}` }
  // The entries of a Map are no properties: its headers would be lost without a word.
  if (!isPairs(given) && Symbol.iterator in given)
    return { problem: `headers must be an object or a list of pairs, not ${kindOf(given)}` }
  const pairs = isPairs(given) ? given : Object.entries(given)
  for (const pair of pairs) {
    const problem = headerProblem(pair)
    if (problem !== undefined) return { problem }
  }
  return added.length === 0 ? pairs : [...pairs, ...added]
}

function isPairs(headers: Headers): headers is readonly Header[] {
  return Array.isArray(headers)
}

/** What is wrong with a header, if anything. */
export function headerProblem(pair: unknown): string | undefined {
  if (!Array.isArray(pair) || pair.length !== 2) return 'each header must be a pair of name and value'
  const [name, value] = pair as readonly unknown[]
  if (typeof name !== 'string') return `a header name must be a string, not ${kindOf(name)}`
  if (isContent(value)) return undefined
  return `the header ${JSON.stringify(name)} must be a string, bytes or null, not ${kindOf(value)}`
}

/** What a value is, without showing it: payloads do not belong in messages. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object') return `a ${value.constructor?.name ?? 'null-prototype object'}`
  return value === undefined ? 'undefined' : `a ${typeof value}`
}

function describe(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 300))
    : typeof value === 'number'
      ? String(value)
      : kindOf(value)
}
