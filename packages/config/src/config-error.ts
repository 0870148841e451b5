import { HeadwaterError } from '@headwater/base'
import { toLine, type ConfigFinding } from './finding.ts'

/** The codes of this package's errors. */
export type ConfigErrorCode = 'CONFIG_INVALID'

/** Thrown by `loadConfig`: everything that is wrong, at once, so that nobody fixes a deployment one restart at a time. */
export class ConfigError extends HeadwaterError<ConfigErrorCode> {
  /** What is wrong, in the order of the documentation. */
  readonly problems: readonly ConfigFinding[]

  constructor(problems: readonly ConfigFinding[]) {
    const heading =
      problems.length === 1
        ? 'The configuration has a problem:'
        : `The configuration has ${problems.length} problems:`
    super('CONFIG_INVALID', [heading, ...problems.map((problem) => `  - ${toLine(problem)}`)].join('\n'))
    this.problems = Object.freeze([...problems])
  }
}
