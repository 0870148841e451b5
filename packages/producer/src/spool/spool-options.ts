/**
 * The policy `onUnavailable`: records that cannot be sent for want of the cluster go to files on the local disk, and are
 * sent, in order, when the cluster is back. Their `send()` resolves with a receipt of kind `'spool'` when they are safe.
 */
export interface SpoolOptions {
  /** The folder of the files, made when it is not there; for one producer at a time. */
  readonly folder: string
  /**
   * Bytes that the files may take, `rejected.ndjson` and those of damaged records among them. Beyond them sends end as
   * without the policy. What is in the spool by then and is refused by brokers goes to `rejected.ndjson` all the same,
   * where it takes more room than before: bytes are text there. @defaultValue 1073741824
   */
  readonly maxBytes?: number | undefined
  /**
   * Milliseconds that a send waits for the cluster before it goes to the disk; at most `deliveryTimeoutMs`.
   * @defaultValue 5000, or `deliveryTimeoutMs` when that is less
   */
  readonly afterMs?: number | undefined
  /**
   * Whether records that were written and never answered go to the disk, too. They may be in the log already, and
   * then stand there twice. @defaultValue false
   */
  readonly spoolUnknown?: boolean | undefined
  /**
   * `'always'`: a record counts as spooled when the disk has it (`fdatasync`, shared by all that come meanwhile), so it
   * outlives a power cut. `'never'`: when the operating system has it, so it outlives the process.
   * @defaultValue `'always'`
   */
  readonly sync?: 'always' | 'never' | undefined
}

/** The policy with every value. */
export type ResolvedSpoolOptions = {
  readonly [Name in keyof SpoolOptions]-?: NonNullable<SpoolOptions[Name]>
}

/** The defaults; the only place that states them. */
export const spoolDefaults: Omit<ResolvedSpoolOptions, 'folder'> = {
  maxBytes: 1073741824,
  afterMs: 5000,
  spoolUnknown: false,
  sync: 'always',
}

/** One record of 1 KiB and the files' own bytes. */
const leastBytes = 8192

/** Fills in the defaults. */
export function resolveSpool(
  given: SpoolOptions | undefined,
  deliveryTimeoutMs: number,
): ResolvedSpoolOptions | undefined {
  if (typeof given !== 'object' || given === null) return given
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const afterMs = Math.min(spoolDefaults.afterMs, deliveryTimeoutMs)
  return { ...spoolDefaults, afterMs, ...values } as ResolvedSpoolOptions
}

/** What is wrong with the policy, by itself and beside the producer's other options. */
export function* spoolProblems(
  spool: ResolvedSpoolOptions | undefined,
  producer: {
    readonly acks: unknown
    readonly deliveryTimeoutMs: number
  },
): Generator<string> {
  if (spool === undefined) return
  if (typeof spool !== 'object' || spool === null) {
    yield 'onUnavailable must be an object with a folder'
    return
  }
  const { folder, maxBytes, afterMs, spoolUnknown, sync } = spool
  const names = new Set(['folder', ...Object.keys(spoolDefaults)])
  for (const name of Object.keys(spool)) if (!names.has(name)) yield `onUnavailable.${name} is not an option`
  if (typeof folder !== 'string' || folder === '') yield 'onUnavailable.folder must be the path of a folder'
  if (!Number.isSafeInteger(maxBytes) || maxBytes < leastBytes)
    yield `onUnavailable.maxBytes must be a whole number from ${leastBytes}, not ${String(maxBytes)}`
  if (!Number.isInteger(afterMs) || afterMs < 0 || afterMs > producer.deliveryTimeoutMs) {
    yield `onUnavailable.afterMs must be a whole number from 0 to deliveryTimeoutMs (${producer.deliveryTimeoutMs}), not ${String(afterMs)}`
  }
  if (typeof spoolUnknown !== 'boolean')
    yield `onUnavailable.spoolUnknown must be true or false, not ${String(spoolUnknown)}`
  if (sync !== 'always' && sync !== 'never')
    yield `onUnavailable.sync must be 'always' or 'never', not ${String(sync)}`
  if (producer.acks === 0)
    yield 'onUnavailable contradicts acks 0: nobody would say that a spooled record was delivered'
}
