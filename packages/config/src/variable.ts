import type * as z from 'zod/mini'

/** What kind of value a variable takes: in words for people, as a schema for the machine. */
export interface ValueKind<Value = unknown> {
  /** For the table of variables: `integer, 1 to 65535`. */
  readonly type: string
  /** What to do about a bad value, as the end of "Set X to ...". */
  readonly wanted: string
  /** Turns the text of the variable into its value; every issue's message ends the sentence "X ...". */
  readonly schema: z.ZodMiniType<Value>
}

/** One variable that Headwater reads: the source of parsing, of the documentation and of suggestions alike. */
export interface Variable<Value = unknown> {
  readonly name: string
  /** Older names of the same setting. Two of them may be set when they agree. */
  readonly aliases?: readonly string[]
  readonly kind: ValueKind<Value>
  /** The default as one would write it into the environment; it passes through the same schema. */
  readonly default?: string
  /** The variable whose value is the default. */
  readonly defaultFrom?: string
  readonly meaning: string
  /** A secret has a `NAME_FILE` twin, is never trimmed and never printed. */
  readonly secret?: boolean
}

/** The variables of one group of settings, each under the name of the setting that it fills. */
export type VariableTable<Settings> = {
  readonly [Key in keyof Settings]-?: Variable<NonNullable<Settings[Key]>>
}
