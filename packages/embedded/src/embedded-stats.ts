/** What an embedded cluster has done since its start, and what it holds now. Counts never fall, whatever is stopped. */
export interface EmbeddedStats {
  /** Whether it was closed; what it counted can still be read. */
  readonly closed: boolean
  readonly brokersRunning: number
  /** Connections that are open. */
  readonly connections: number
  readonly connectionsOpened: number
  /** Requests that brokers read, by Kafka's name for them; those that a fault lost are among them. */
  readonly requests: Readonly<Record<string, number>>
  /** Records of producers that went into a log; a batch that came twice counts once. */
  readonly recordsAppended: number
  /** Bytes of their batches, as they travelled. */
  readonly bytesAppended: number
  /** Records, and bytes, in the batches that consumers were given; batches are given whole. */
  readonly recordsFetched: number
  readonly bytesFetched: number
  /** Times that an ordered fault has fired. */
  readonly faultsFired: number
}
