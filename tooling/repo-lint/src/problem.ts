import type { RepoView } from './repo-view.ts'

/** One broken rule at one place. */
export interface Problem {
  readonly path: string
  /** From 1; absent when the whole file is meant. */
  readonly line?: number
  /** What is wrong and what to do. */
  readonly message: string
}

/** A rule of this house: pure, over the loaded view. */
export type Rule = (repo: RepoView) => readonly Problem[]
