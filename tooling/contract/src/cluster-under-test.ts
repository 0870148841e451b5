/** A cluster on which facts about Kafka are asserted: the embedded one, or a real one. */
export interface ClusterUnderTest {
  /** How test output calls it. */
  readonly name: string
  /** `host:port` of every broker. */
  readonly brokers: readonly string[]
  /** How many copies a topic can have here. */
  readonly replicationFactor: number
  /** What it takes to come in, where the listeners want a login. Default: they are plain and ask nobody. */
  readonly login?: ClusterLogin | undefined
}

/** A user of SASL PLAIN. */
export interface ClusterLogin {
  /** The certificate of the brokers, in PEM. Default: the listeners are `SASL_PLAINTEXT`. */
  readonly ca?: string | undefined
  readonly username: string
  readonly password: string
}
