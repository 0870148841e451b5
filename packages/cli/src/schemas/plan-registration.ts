import type { RegisteredVersion, Registry, SchemaReference } from '@headwater/schemas'
import { findReferenceCycles } from './find-reference-cycles.ts'
import { forEachOf, readVersions } from './registry-subjects.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What is to be done about one subject. */
export interface PlannedRegistration {
  readonly subject: string
  readonly schema: LoadedSchema
  /** `new`: the registry does not have the subject. `version`: it has others. `unchanged`: it has this one. */
  readonly action: 'new' | 'version' | 'unchanged'
  /** What the schema refers to; the version of what is itself to be registered is not known yet. */
  readonly references: readonly PlannedReference[]
  /** The version that the schema is; `undefined` where it is none yet. */
  readonly version: number | undefined
  readonly id: number | undefined
  /** The latest version that the registry has; `undefined` where it has none. */
  readonly latest: number | undefined
}

/** A reference as registries take it. */
export interface PlannedReference extends Pick<SchemaReference, 'name' | 'subject'> {
  readonly version: number | undefined
}

/**
 * Finds out what a registry lacks of the working tree, each schema after those that it refers to. A schema is there
 * when the registry finds it under its subject with the same references; where what it refers to gets a new version, so
 * does the schema, since a version refers to versions.
 *
 * @throws SchemasProblemError when the registry cannot be asked.
 */
export async function planRegistration(
  registry: Registry,
  working: SchemaSnapshot,
  subjectsOf: SubjectRules['subjectsOf'],
): Promise<readonly PlannedRegistration[]> {
  const schemas = inOrder(working)
  const latest = await readLatest(registry, schemas.flatMap(subjectsOf))
  const plan = new Map<string, PlannedRegistration>()
  const referenceTo = (file: string): PlannedReference => {
    const target = working.schemas.get(file)!
    const subject = subjectsOf(target)[0]!
    return { name: target.fullName ?? file, subject, version: plan.get(subject)!.version }
  }
  const planOne = async (schema: LoadedSchema): Promise<void> => {
    const references = schema.references.map(referenceTo)
    for (const subject of subjectsOf(schema)) {
      const found = latest.has(subject) ? await find(registry, subject, schema, references) : undefined
      const action = found !== undefined ? 'unchanged' : latest.has(subject) ? 'version' : 'new'
      const { version, id } = found ?? { version: undefined, id: undefined }
      plan.set(subject, { subject, schema, action, references, version, id, latest: latest.get(subject) })
    }
  }
  // What a schema is depends on what those are that it refers to.
  for (const layer of toLayers(schemas)) await forEachOf(layer, planOne)
  return schemas.flatMap((schema) => subjectsOf(schema).map((subject) => plan.get(subject)!))
}

/** The references with their versions, once all are known. */
export function toReferences(
  references: readonly PlannedReference[],
): readonly SchemaReference[] | undefined {
  return references.every((reference): reference is SchemaReference => reference.version !== undefined)
    ? references
    : undefined
}

function inOrder(working: SchemaSnapshot): readonly LoadedSchema[] {
  const files = [...working.schemas.keys()].toSorted()
  const { order } = findReferenceCycles(
    new Map(files.map((file) => [file, working.schemas.get(file)!.references])),
  )
  return order.map((file) => working.schemas.get(file)!)
}

/** First those that refer to nothing, then those that refer to these, and so on; order kept. */
function toLayers(schemas: readonly LoadedSchema[]): readonly (readonly LoadedSchema[])[] {
  const depths = new Map<string, number>()
  const layers: LoadedSchema[][] = []
  for (const schema of schemas) {
    const depth = Math.max(0, ...schema.references.map((file) => depths.get(file)! + 1))
    depths.set(schema.file, depth)
    ;(layers[depth] ??= []).push(schema)
  }
  return layers
}

async function readLatest(
  registry: Registry,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const latest = new Map<string, number>()
  await forEachOf(subjects, async (subject) => {
    const last = (await readVersions(registry, subject)).at(-1)
    if (last !== undefined) latest.set(subject, last)
  })
  return latest
}

function find(
  registry: Registry,
  subject: string,
  schema: LoadedSchema,
  planned: readonly PlannedReference[],
): Promise<RegisteredVersion | undefined> {
  const references = toReferences(planned)
  if (references === undefined) return Promise.resolve(undefined)
  return registry.find(subject, { schema: schema.parsed.text, references })
}
