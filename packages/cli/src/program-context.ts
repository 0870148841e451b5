import type { ConfigSource } from '@headwater/config'

/** The world outside of the command, so that a test can stand in for it. */
export interface ProgramContext {
  /** Takes what the command prints; line breaks are in the text. */
  readonly out: (text: string) => void
  /** Takes what goes to the error stream. */
  readonly err: (text: string) => void
  /** The environment that `config` looks at. */
  readonly env: ConfigSource
  /** Whether `out` goes to a terminal, where colours help. @defaultValue `false` */
  readonly isTerminal?: boolean | undefined
  /** Resolves when a command in the foreground should end. Default: SIGINT or SIGTERM of this process. */
  readonly stopped?: (() => Promise<unknown>) | undefined
}
