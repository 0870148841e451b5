/**
 * The exit codes of `headwater schemas`. When several apply, the first of this table wins.
 *
 * | code | means |
 * | ---- | ----- |
 * | 70 | a fault of the command itself |
 * | 2 | bad usage or configuration |
 * | 4 | no baseline to compare with: a missing ref, a shallow clone, no git |
 * | 3 | a schema does not parse, or a reference is missing |
 * | 1 | a breaking change |
 */
export const exitCodes = { internal: 70, usage: 2, baseline: 4, schema: 3, breaking: 1, ok: 0 } as const

/** The code that wins among those that apply. */
export function worstExitCode(codes: readonly number[]): number {
  return Object.values(exitCodes).find((code) => codes.includes(code)) ?? exitCodes.ok
}
