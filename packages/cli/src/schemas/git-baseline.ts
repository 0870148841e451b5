import { readBaseState, type BaseStateOptions } from './base-state.ts'
import type { Baseline } from './baseline.ts'

/**
 * The schema files of a commit.
 *
 * @throws SchemasProblemError when the commit cannot be had.
 */
export async function createGitBaseline(options: BaseStateOptions): Promise<Baseline> {
  const { base, snapshot, problems, failures, short, label, before, lostSubjects } =
    await readBaseState(options)
  return {
    kind: 'git',
    ref: base.ref,
    commit: base.commit,
    label,
    problems,
    failures,
    versionsOf(schema) {
      const old = before(schema)
      return old === undefined
        ? []
        : [{ ...old, label: short, fileOf: (name: string) => snapshot.fileOf(name) }]
    },
    isUnchanged: (schema) => before(schema)?.closure === schema.closure,
    lostSubjects,
  }
}
