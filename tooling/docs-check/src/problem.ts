/** One thing that is wrong at one place of a document. */
export interface Problem {
  readonly path: string
  /** From 1. */
  readonly line: number
  /** What is wrong and what to do. */
  readonly message: string
}
