import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeliveryError } from '../delivery-error.ts'
import type { StoredRecord } from './stored-record.ts'
import { syncFileData } from './sync-file.ts'

/** Beside the files of the records. */
export const rejectedFileName = 'rejected.ndjson'

/** One line of the file: JSON, so that any tool reads it; bytes as base64. */
function toLine(record: StoredRecord, error: DeliveryError, nowMs: number): string {
  const base64 = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString('base64')
  const { topic, partition, timestamp, spooledAt } = record
  const line = {
    topic,
    partition,
    timestamp,
    key: base64(record.key),
    value: base64(record.value),
    headers: record.headers.map(([name, value]) => [name, base64(value)]),
    spooledAt: new Date(spooledAt).toISOString(),
    rejectedAt: new Date(nowMs).toISOString(),
    error: { code: error.code, message: error.message },
  }
  return `${JSON.stringify(line)}\n`
}

/**
 * Keeps a record that the brokers refused when it was sent from the spool: in `rejected.ndjson`, for who looks into it.
 *
 * @returns the bytes that it takes there.
 */
export async function keepRejected(
  folder: string,
  record: StoredRecord,
  error: DeliveryError,
  { nowMs, sync }: { readonly nowMs: number; readonly sync: boolean },
): Promise<number> {
  const line = Buffer.from(toLine(record, error, nowMs))
  const handle = await open(join(folder, rejectedFileName), 'a')
  try {
    await handle.appendFile(line)
    if (sync) await syncFileData(handle)
    return line.length
  } finally {
    await handle.close()
  }
}
