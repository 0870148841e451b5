/** What a process with one contender is told to send. */
export interface LoadOrder {
  /** The file of the module that exports the contender. */
  readonly module: string
  readonly bootstrapServers: string
  readonly topic: string
  readonly records: number
  readonly perSecond: number
  /** Sends that may be open at once; above that the load waits. */
  readonly maxOpen: number
  readonly keys: number
  /** Bytes of each value. */
  readonly valueBytes: number
  readonly deliveryTimeoutMs: number
  /** The load ends after so many milliseconds even if not every record was sent, because the client is too slow. */
  readonly maxLoadMs: number
  readonly outcomesFile: string
  /** Sends whole transactions, one record a key each, instead of single records. Default: single records. */
  readonly transactionalId?: string | undefined
  /** The number of the first record of each key, so that a process that follows another goes on counting. */
  readonly firstNumber: number
}

/** What such a process tells of its contender and of its load, when its turn comes. */
export type LoadNews =
  | { readonly kind: 'ready'; readonly name: string; readonly version: string; readonly canTransact: boolean }
  | { readonly kind: 'issued' }
  | ({ readonly kind: 'done' } & LoadSummary)

/** What a load cost. */
export interface LoadSummary {
  readonly sent: number
  /** The longest time without an acknowledgement while sends were open. */
  readonly longestStallMs: number
  /** Of the process, before the load and at its highest, in MiB. */
  readonly baseMemoryMib: number
  readonly peakMemoryMib: number
}
