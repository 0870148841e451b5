/** A button on the live page. */
export interface LiveAction {
  /** The button's place: one that becomes another (stop, start) keeps it. */
  readonly slot: string
  /** What a click orders. */
  readonly order: string
  readonly label: string
}

/** The cluster as it is, where one can look into it. */
export interface LiveCluster {
  readonly brokers: readonly { readonly id: number; readonly state: 'running' | 'frozen' | 'stopped' }[]
  readonly leaders: readonly {
    readonly topic: string
    readonly partition: number
    /** -1: none. */
    readonly broker: number
    /** Replicas that are in sync. */
    readonly inSync: readonly number[]
  }[]
  /** Records that were ever appended to the topics of the intake. */
  readonly stored: number
  /** Ordered faults that have happened. */
  readonly faults: number
}

/**
 * What lets a person do things to the cluster from the live page. For demonstrations: whoever reaches the page can use
 * it.
 */
export interface LiveControls {
  /** Read once a second while somebody looks; keep it cheap. */
  cluster(): LiveCluster
  /** The buttons, as they are now. */
  actions(): readonly LiveAction[]
  /** Does what a button says. Called only with an order that {@link LiveControls.actions} has just named. */
  run(order: string): Promise<void> | void
}
