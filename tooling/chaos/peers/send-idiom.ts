/** How an application calls a client that makes no batches of its own; each idiom is a contender. */
export interface SendIdiom {
  /** How the tables call the contender. */
  readonly name: string
  /**
   * 'any': a send leaves as soon as it is made, as in every server whose requests send on their own. 'one': the next
   * leaves when the last one is settled, and takes along what was sent meanwhile.
   */
  readonly sendsAtOnce: 'any' | 'one'
}
