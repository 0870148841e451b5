/** A public symbol whose documentation lacks something. */
export interface DocProblem {
  /** The folder below `packages`. */
  readonly room: string
  /** `SendOptions.deliveryTimeoutMs`. */
  readonly symbol: string
  readonly rule: 'summary' | 'unit' | 'throws' | 'default'
  /** What is missing or wrong, and what to write. */
  readonly message: string
}
