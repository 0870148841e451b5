/** A test that must notice. */
export interface Witness {
  /** Below `packages/producer`. */
  readonly file: string
  /** The test's own title, or its beginning. */
  readonly title: string
}

/** One safety rule of the engine, and how to switch it off. */
export interface Mutation {
  /** Short, kebab-case: how the command line and the report name it. */
  readonly name: string
  /** What the engine does as long as the rule holds. */
  readonly rule: string
  /** The module that holds the rule, below `packages/producer`. */
  readonly file: string
  /** Source text that must stand there exactly once. */
  readonly original: string
  /** What takes its place. */
  readonly replacement: string
  readonly witnesses: readonly Witness[]
}
