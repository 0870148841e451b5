import { RegistryError, type LevelInForce, type Registry, type SchemaVersion } from '@headwater/schemas'
import { toRegistryProblem } from './connect-registry.ts'

/** What a registry has of a subject. */
export interface RegistrySubject {
  /** Oldest first; without the soft-deleted ones; none for a subject that it does not have. */
  readonly versions: readonly SchemaVersion[]
  /** `undefined` where nobody wanted to know. */
  readonly level: LevelInForce | undefined
}

/** So many subjects are asked for at a time. */
const concurrency = 8

/** Subjects, and versions that went away between two questions; any other 404 is that of a wrong address. */
const subjectUnknown = 40401
const versionUnknown = 40402

/**
 * Reads all versions of subjects, and the levels of those whose level is wanted: not everybody who may read versions may
 * read levels.
 *
 * @throws SchemasProblemError with the first failure; no further question is asked then.
 */
export async function readRegistrySubjects(
  registry: Registry,
  subjects: readonly string[],
  wantsLevel: (subject: string) => boolean,
): Promise<ReadonlyMap<string, RegistrySubject>> {
  const found = new Map<string, RegistrySubject>()
  await forEachOf(subjects, async (subject) => {
    const numbers = await readVersions(registry, subject)
    const versions: SchemaVersion[] = []
    for (const number of numbers) {
      const version = await unless(versionUnknown, registry.version(subject, number))
      if (version !== undefined) versions.push(version)
    }
    const level = wantsLevel(subject) ? await registry.compatibilityLevel(subject) : undefined
    found.set(subject, { versions, level })
  })
  return found
}

/** The numbers of a subject's versions, oldest first; none for a subject that the registry does not have. */
export async function readVersions(registry: Registry, subject: string): Promise<readonly number[]> {
  return (await unless(subjectUnknown, registry.versions(subject))) ?? []
}

/**
 * Does the same for many, some at a time. After a failure nothing more is begun, what was begun is waited for, and the
 * failure of the first item that has one is thrown: the same each time, whichever answer comes first.
 *
 * @throws SchemasProblemError
 */
export async function forEachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.entries()
  const failures: { readonly at: number; readonly thrown: unknown }[] = []
  const run = async (): Promise<void> => {
    for (const [at, item] of queue) {
      if (failures.length > 0) return
      try {
        await work(item)
      } catch (thrown) {
        failures.push({ at, thrown })
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, run))
  const [first] = failures.toSorted((a, b) => a.at - b.at)
  if (first !== undefined) throw toRegistryProblem(first.thrown)
}

async function unless<Value>(errorCode: number, answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer
  } catch (thrown) {
    if (thrown instanceof RegistryError && thrown.errorCode === errorCode) return undefined
    throw thrown
  }
}
