import { toJsonText } from '../json-node.ts'
import type { AdviceDraft } from './advice-draft.ts'
import { placeWords } from './evolution-side.ts'
import type { MatchedFields } from './match-schemas.ts'
import { changedDoc, changedMetadata } from './metadata-advice.ts'

const none: ReadonlySet<string> = new Set()

/** What may be unwise about a change of one field. */
export function adviseOnField({ path, before, now }: MatchedFields): readonly AdviceDraft[] {
  const what = placeWords(path)
  return [
    changedDefault({ path, before, now }),
    changedDoc(path, before, now, what),
    changedMetadata(path, before, now, what, none),
  ].filter((draft) => draft !== undefined)
}

function changedDefault({ path, before, now }: MatchedFields): AdviceDraft | undefined {
  if (before.default === undefined) return undefined
  const was = toJsonText(before.default)
  const is = now.default === undefined ? undefined : toJsonText(now.default)
  if (was === is) return undefined
  const where = placeWords(path)
  return {
    ruleId: 'default-changed',
    path,
    before,
    now,
    message:
      is === undefined
        ? `The default ${was} of ${where} is gone: consumers on this schema cannot read events without the field, where they read ${was} until now.`
        : `The default of ${where} was ${was} and is ${is}: of one event without the field, old and new consumers read two values.`,
    fix: `"default": ${was}`,
    key: `${was} ${is ?? ''}`,
  }
}
