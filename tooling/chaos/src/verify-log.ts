import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { readOutcomes, type OutcomeLine, type SendOutcome } from './outcome-file.ts'

/** What a log says of what a client said. */
export interface Verdict {
  /** Acknowledged; without the records whose topic was deleted afterwards. */
  readonly acknowledged: number
  /** Acknowledged, and in a topic that was deleted afterwards: no promise is left of them. */
  readonly deleted: number
  /** Records in the log, copies too. */
  readonly stored: number
  /** Acknowledged and absent. */
  readonly lost: number
  /** Copies beyond the first of the same record, acknowledged or not. */
  readonly duplicated: number
  /** Acknowledged records that stand behind a younger acknowledged one of their key. */
  readonly reordered: number
  /** Transactions of which a part is in the log. */
  readonly torn: number
  readonly rejected: number
  readonly notSent: number
  /** Said to be rejected or not sent, and in the log all the same. */
  readonly contradicted: number
  readonly unknown: number
  readonly unknownInLog: number
  /** Plain errors, which do not say what became of the record. */
  readonly errors: number
  readonly errorsInLog: number
  readonly neverSettled: number
  readonly neverSettledInLog: number
  /** In the log, and without an outcome: they were open when the client was killed. */
  readonly openInLog: number
  /** How often each failure was told, as `outcome CODE`. */
  readonly failures: Readonly<Record<string, number>>
  /** The first findings, in words. */
  readonly evidence: readonly string[]
}

/** What a verifier is told beside the two files. */
export interface VerifyOptions {
  /** Records acknowledged before this moment (since the epoch) were in a topic that was deleted. Default: none. */
  readonly deletedUntilMs?: number | undefined
  /** Each number is a transaction with one record for each of so many keys. Default: records are single. */
  readonly recordsPerTransaction?: number | undefined
}

const maxEvidence = 20

/** What was said of one key's records, and what was found of them, by their numbers. */
interface KeyRecords {
  readonly outcomes: (SendOutcome | undefined)[]
  readonly copies: number[]
  youngestAcknowledged: number
}

/** Compares the outcomes that a client was told with the log: see {@link compareWithLog}. */
export async function verifyLog(
  outcomesFile: string,
  logFile: string,
  options: VerifyOptions = {},
): Promise<Verdict> {
  return compareWithLog(readOutcomes(outcomesFile), readLines(logFile), options)
}

/** Opened only when it is read: lines that come before somebody asks for them would be gone. */
async function* readLines(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Infinity })
}

/**
 * Compares outcomes with the log's lines (`partition offset key number`, each partition in offset order). It knows
 * nothing of how clients work: a record is its key and its number, and numbers rise in the order of the sends.
 */
export async function compareWithLog(
  outcomes: AsyncIterable<OutcomeLine> | Iterable<OutcomeLine>,
  log: AsyncIterable<string> | Iterable<string>,
  { deletedUntilMs = 0, recordsPerTransaction }: VerifyOptions = {},
): Promise<Verdict> {
  const keys = new Map<string, KeyRecords>()
  const evidence: string[] = []
  const failures: Record<string, number> = {}
  const found = (what: string): void => {
    if (evidence.length < maxEvidence) evidence.push(what)
  }
  const recordsOf = (key: string): KeyRecords => {
    let records = keys.get(key)
    if (records === undefined) {
      records = { outcomes: [], copies: [], youngestAcknowledged: -1 }
      keys.set(key, records)
    }
    return records
  }

  let deleted = 0
  for await (const { key, number, outcome, atMs, code } of outcomes) {
    if (outcome === 'acknowledged' && atMs < deletedUntilMs) {
      deleted++
      continue
    }
    recordsOf(`k${key}`).outcomes[number] = outcome
    if (outcome !== 'acknowledged') {
      const what = `${outcome} ${code}`.trim()
      failures[what] = (failures[what] ?? 0) + 1
    }
  }

  let stored = 0
  let duplicated = 0
  let reordered = 0
  for await (const line of log) {
    const [partition, offset, key = '', text] = line.split(' ')
    const number = Number(text)
    const records = recordsOf(key)
    const copies = (records.copies[number] ?? 0) + 1
    records.copies[number] = copies
    stored++
    const where = `${key}/${number} at partition ${partition} offset ${offset}`
    if (copies > 1) {
      duplicated++
      found(`duplicated: ${where}, copy ${copies}, ${records.outcomes[number] ?? 'open'}`)
    } else if (records.outcomes[number] === 'acknowledged') {
      if (number < records.youngestAcknowledged) {
        reordered++
        found(`reordered: ${where}, behind ${key}/${records.youngestAcknowledged}`)
      } else records.youngestAcknowledged = number
    }
  }

  const told: Record<SendOutcome, number> = {
    acknowledged: 0,
    rejected: 0,
    'not-sent': 0,
    unknown: 0,
    error: 0,
    'never-settled': 0,
  }
  const inLog = { ...told }
  let openInLog = 0
  for (const [key, records] of keys) {
    const end = Math.max(records.outcomes.length, records.copies.length)
    for (let number = 0; number < end; number++) {
      const outcome = records.outcomes[number]
      const isStored = records.copies[number] !== undefined
      if (outcome === undefined) {
        if (isStored) openInLog++
        continue
      }
      told[outcome]++
      if (isStored) inLog[outcome]++
      if (outcome === 'acknowledged' && !isStored) found(`lost: ${key}/${number}`)
      if (isStored && (outcome === 'rejected' || outcome === 'not-sent'))
        found(`contradicted: ${key}/${number} is in the log and was told to be ${outcome}`)
    }
  }

  return {
    acknowledged: told.acknowledged,
    deleted,
    stored,
    lost: told.acknowledged - inLog.acknowledged,
    duplicated,
    reordered,
    torn: recordsPerTransaction === undefined ? 0 : countTorn(keys, recordsPerTransaction, found),
    rejected: told.rejected,
    notSent: told['not-sent'],
    contradicted: inLog.rejected + inLog['not-sent'],
    unknown: told.unknown,
    unknownInLog: inLog.unknown,
    errors: told.error,
    errorsInLog: inLog.error,
    neverSettled: told['never-settled'],
    neverSettledInLog: inLog['never-settled'],
    openInLog,
    failures,
    evidence,
  }
}

/** Transactions of which some but not all records are there. */
function countTorn(
  keys: ReadonlyMap<string, KeyRecords>,
  recordsEach: number,
  found: (what: string) => void,
): number {
  const present: number[] = []
  for (const { copies } of keys.values()) {
    copies.forEach((_, number) => (present[number] = (present[number] ?? 0) + 1))
  }
  let torn = 0
  present.forEach((count, number) => {
    if (count === recordsEach) return
    torn++
    found(`torn: of transaction ${number}, ${count} of ${recordsEach} records are in the log`)
  })
  return torn
}
