/** The fetch sessions of one broker (KIP-227). */
export class FetchSessions {
  readonly maxSessions: number

  constructor(maxSessions: number) {
    this.maxSessions = maxSessions
  }
}
