import { CodecError, type ValueProblem } from './codec-error.ts'

/**
 * A validator of any library that follows Standard Schema (https://standardschema.dev): zod, valibot, arktype and others,
 * or one made by hand. Only what is used of it is written down here.
 */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>
  }
}

/** What a {@link StandardSchema} says of a value: what it makes of it, or what is wrong with it. */
export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** One thing that is wrong, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Throws `CODEC_OPTIONS_INVALID` for what is no validator. */
export function assertStandardSchema(schema: unknown, option: string): asserts schema is StandardSchema {
  const standard = (schema as Partial<StandardSchema> | null | undefined)?.['~standard']
  if (standard?.version === 1 && typeof standard.validate === 'function') return
  const message = `The option ${option} is not a Standard Schema of version 1: it has no "~standard" with a validate function`
  throw new CodecError('CODEC_OPTIONS_INVALID', message)
}

/** What a validator makes of a value, or the problems that it has with it. */
export function validate(
  schema: StandardSchema,
  value: unknown,
): { readonly value: unknown } | { readonly problems: readonly ValueProblem[] } {
  const { vendor, validate: run } = schema['~standard']
  const result = run(value)
  if ('then' in result) {
    // Nobody waits for it; what it says must not end the process.
    result.then(undefined, () => undefined)
    const message = `The validator (${vendor}) is asynchronous for this value: a codec is synchronous, so that records keep their order`
    throw new CodecError('CODEC_OPTIONS_INVALID', message)
  }
  return result.issues === undefined ? { value: result.value } : { problems: result.issues.map(toProblem) }
}

function toProblem({ message, path = [] }: StandardIssue): ValueProblem {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return { path: keys, reason: message }
}
