import { AvroSchemaError, findSchemaNames, type SchemaNames } from '@headwater/avro'
import { createNameIndex, type NameIndex } from './name-index.ts'
import type { CommitFile } from './read-commit-files.ts'
import type { LoggedCommit } from './read-first-parent-log.ts'

/** The files at one point of the history, and what refers to what. */
export interface HistoryState {
  /** Goes back to before a commit. Says whether other names are defined, or elsewhere. */
  undo(commit: LoggedCommit): boolean
  /** Goes to another state altogether. */
  replace(files: readonly CommitFile[]): void
  /** The file first, then all that it refers to; empty when there is no such file. */
  closureOf(file: string): readonly CommitFile[]
  /** Whether a file uses names of others. */
  leans(file: string): boolean
  /** By the id of a content; `undefined` when that is no JSON. */
  namesOf(id: string): SchemaNames | undefined
}

/** Begins with the newest state. */
export function createHistoryState(
  files: readonly CommitFile[],
  bytesOf: (id: string) => Buffer | undefined,
): HistoryState {
  const state = new Map(files.map(({ file, id }) => [file, id]))
  const names = new Map<string, SchemaNames | undefined>()
  let index: NameIndex | undefined
  const namesOf = (id: string): SchemaNames | undefined => {
    if (!names.has(id)) names.set(id, readNames(bytesOf(id)))
    return names.get(id)
  }
  const definesOf = (part: CommitFile | undefined): string => {
    const found = part === undefined ? undefined : namesOf(part.id)
    return found === undefined ? '' : [found.root, ...found.defined.map(({ fullName }) => fullName)].join(' ')
  }
  const buildIndex = (): NameIndex =>
    createNameIndex(
      new Map(
        [...state].flatMap(([file, id]): [string, SchemaNames][] => {
          const found = namesOf(id)
          return found === undefined ? [] : [[file, found]]
        }),
      ),
    )
  return {
    namesOf,
    undo({ changes }) {
      let redefines = false
      for (const { after } of changes) if (after !== undefined) state.delete(after.file)
      for (const { before, after } of changes) {
        if (before !== undefined) state.set(before.file, before.id)
        redefines ||= before?.file !== after?.file || definesOf(before) !== definesOf(after)
      }
      if (redefines) index = undefined
      return redefines
    },
    replace(files) {
      state.clear()
      for (const { file, id } of files) state.set(file, id)
      index = undefined
    },
    leans: (file) => (namesOf(state.get(file) ?? '')?.used.length ?? 0) > 0,
    closureOf(file) {
      const found = new Map<string, CommitFile>()
      for (const queue = [file]; queue.length > 0;) {
        const next = queue.pop()!
        const id = state.get(next)
        if (id === undefined || found.has(next)) continue
        found.set(next, { file: next, id })
        for (const { candidates } of namesOf(id)?.used ?? []) {
          index ??= buildIndex()
          const target = candidates.map((name) => index!.fileOf(name)).find((one) => one !== undefined)
          if (target !== undefined) queue.push(target)
        }
      }
      return [...found.values()]
    },
  }
}

/** What is no JSON defines and uses nothing; whoever wants the content as a schema hears of it then. */
function readNames(bytes: Buffer | undefined): SchemaNames | undefined {
  if (bytes === undefined) return undefined
  try {
    return findSchemaNames(bytes.toString())
  } catch (thrown) {
    if (thrown instanceof AvroSchemaError) return undefined
    throw thrown
  }
}
