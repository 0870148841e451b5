import type { CompatibilityMode } from '@headwater/avro'
import type { RegistrySchema, SchemaReference } from './registry-schema.ts'

/** Whether a subject may be written to. `IMPORT` takes schemas with ids of their own. */
export type RegistryMode = 'READWRITE' | 'READONLY' | 'READONLY_OVERRIDE' | 'IMPORT'

/** One version of a subject. */
export interface StoredVersion {
  readonly version: number
  readonly id: number
  readonly schema: RegistrySchema
  /** Soft-deleted: hidden from listings, its id still given out. */
  readonly deleted: boolean
}

/** Everything that a registry remembers, in memory. It knows no HTTP and checks no rule. */
export class RegistryStore {
  readonly #schemas = new Map<number, RegistrySchema>()
  readonly #ids = new Map<string, number>()
  readonly #subjects = new Map<string, StoredVersion[]>()
  #lastId = 0
  #level: CompatibilityMode = 'BACKWARD'
  #mode: RegistryMode = 'READWRITE'
  readonly #levels = new Map<string, CompatibilityMode>()
  readonly #modes = new Map<string, RegistryMode>()

  /** Subjects in the order of their names. */
  get subjects(): readonly string[] {
    return [...this.#subjects.keys()].toSorted()
  }

  /** The highest id that was given out; 0 before the first. */
  get maxId(): number {
    return this.#lastId
  }

  schema(id: number): RegistrySchema | undefined {
    return this.#schemas.get(id)
  }

  schemaByGuid(guid: string): RegistrySchema | undefined {
    return [...this.#schemas.values()].find((schema) => schema.guid === guid)
  }

  /** Versions of a subject, oldest first; none for an unknown subject. */
  versions(subject: string, { deleted = false }: { deleted?: boolean } = {}): readonly StoredVersion[] {
    const all = this.#subjects.get(subject) ?? []
    return deleted ? all : all.filter((version) => !version.deleted)
  }

  latest(subject: string): StoredVersion | undefined {
    return this.versions(subject).at(-1)
  }

  resolve(reference: SchemaReference): StoredVersion | undefined {
    if (reference.version === -1) return this.latest(reference.subject)
    const versions = this.versions(reference.subject, { deleted: true })
    return versions.find(({ version }) => version === reference.version)
  }

  /** Adds a version. The same schema keeps its id, whatever the subject. */
  add(
    subject: string,
    schema: RegistrySchema,
    wanted: { id?: number; version?: number } = {},
  ): StoredVersion {
    const id = wanted.id ?? this.#ids.get(schema.key) ?? this.#lastId + 1
    this.#lastId = Math.max(this.#lastId, id)
    this.#schemas.set(id, schema)
    this.#ids.set(schema.key, id)
    const all = this.#subjects.get(subject) ?? []
    const version = wanted.version ?? (all.at(-1)?.version ?? 0) + 1
    const added: StoredVersion = { version, id, schema, deleted: false }
    // A soft-deleted version of the same schema makes room for the new one, as on a Confluent registry.
    this.#subjects.set(subject, [...all.filter((other) => !(other.deleted && other.id === id)), added])
    return added
  }

  softDelete(subject: string, version: number): void {
    const all = this.#subjects.get(subject) ?? []
    this.#subjects.set(
      subject,
      all.map((stored) => (stored.version === version ? { ...stored, deleted: true } : stored)),
    )
  }

  /**
   * Forgets a version; with its last one the subject goes, its level and mode too. A schema that no subject has any
   * more is gone, and its id is never given out again.
   */
  hardDelete(subject: string, version: number): void {
    const all = this.#subjects.get(subject) ?? []
    const left = all.filter((stored) => stored.version !== version)
    this.#subjects.set(subject, left)
    const gone = all.find((stored) => stored.version === version)
    if (gone !== undefined && [...this.everyVersion()].every(({ id }) => id !== gone.id)) {
      this.#schemas.delete(gone.id)
      this.#ids.delete(gone.schema.key)
    }
    if (left.length > 0) return
    this.#subjects.delete(subject)
    this.#levels.delete(subject)
    this.#modes.delete(subject)
  }

  /** Every version of every subject, those of soft-deleted ones included. */
  *everyVersion(): Generator<StoredVersion & { readonly subject: string }> {
    for (const subject of this.subjects) {
      for (const version of this.#subjects.get(subject) ?? []) yield { subject, ...version }
    }
  }

  /** The level of a subject itself, or the global one for `undefined`. */
  level(subject: string | undefined): CompatibilityMode | undefined {
    return subject === undefined ? this.#level : this.#levels.get(subject)
  }

  levelInForce(subject: string): CompatibilityMode {
    return this.#levels.get(subject) ?? this.#level
  }

  /** Sets a level, or takes it back with `undefined`; the global one falls back to BACKWARD. */
  setLevel(subject: string | undefined, level: CompatibilityMode | undefined): void {
    if (subject === undefined) this.#level = level ?? 'BACKWARD'
    else if (level === undefined) this.#levels.delete(subject)
    else this.#levels.set(subject, level)
  }

  /** The mode of a subject itself, or the global one for `undefined`. */
  mode(subject: string | undefined): RegistryMode | undefined {
    return subject === undefined ? this.#mode : this.#modes.get(subject)
  }

  /** For a subject, or for everything with `undefined`. A global READONLY_OVERRIDE beats what a subject says. */
  modeInForce(subject: string | undefined): RegistryMode {
    if (subject === undefined || this.#mode === 'READONLY_OVERRIDE') return this.#mode
    return this.#modes.get(subject) ?? this.#mode
  }

  /** Sets a mode, or takes it back with `undefined`; the global one falls back to READWRITE. */
  setMode(subject: string | undefined, mode: RegistryMode | undefined): void {
    if (subject === undefined) this.#mode = mode ?? 'READWRITE'
    else if (mode === undefined) this.#modes.delete(subject)
    else this.#modes.set(subject, mode)
  }
}
