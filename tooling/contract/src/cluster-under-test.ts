/** A cluster on which facts about Kafka are asserted: the embedded one, or a real one. */
export interface ClusterUnderTest {
  /** How test output calls it. */
  readonly name: string
  /** `host:port` of every broker. */
  readonly brokers: readonly string[]
  /** How many copies a topic can have here. */
  readonly replicationFactor: number
}
