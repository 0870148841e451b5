import type { SchemaRegistry as CsrRegistry } from '@kafkajs/confluent-schema-registry'
import { abortable } from './abortable.ts'
import { readId, readSchema, readVerdict, readVersion } from './answer-shapes.ts'
import { ExpiringMap } from './expiring-map.ts'
import { RegistryError } from './registry-error.ts'
import { callRegistry, type RegistryCall } from './registry-http.ts'
import {
  resolveRegistryOptions,
  type RegistryOptions,
  type ResolvedRegistryOptions,
} from './registry-options.ts'
import {
  toBody,
  type RegisteredSchema,
  type SchemaInput,
  type SchemaReference,
  type SchemaVersion,
} from './schema-input.ts'
import { SingleFlight } from './single-flight.ts'

/** What every call takes. */
export interface RegistryCallOptions {
  /** Lets this caller give up; others that wait for the same answer still get it. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A schema registry, as event producers and consumers need one. Every call ends within its deadline, with a value or a
 * {@link RegistryError}; calls for the same thing at the same time are one request; it never changes a subject's
 * configuration. It holds no connection of its own, so there is nothing to close.
 */
export class Registry {
  /** Base URL without credentials. */
  readonly url: string
  readonly #options: ResolvedRegistryOptions
  readonly #flights = new SingleFlight()
  readonly #schemas: ExpiringMap<RegisteredSchema>
  readonly #unknownIds: ExpiringMap<RegistryError>
  readonly #latest: ExpiringMap<SchemaVersion>
  readonly #ids: ExpiringMap<number>
  #csr: Promise<CsrRegistry> | undefined

  /** Use {@link createRegistry}. */
  constructor(options: ResolvedRegistryOptions) {
    const { clock, maxCachedSchemas } = options
    this.url = options.url
    this.#options = options
    this.#schemas = new ExpiringMap(maxCachedSchemas, Infinity, clock)
    this.#unknownIds = new ExpiringMap(maxCachedSchemas, options.unknownIdTtlMs, clock)
    this.#latest = new ExpiringMap(maxCachedSchemas, options.latestTtlMs, clock)
    this.#ids = new ExpiringMap(maxCachedSchemas, Infinity, clock)
  }

  /**
   * Registers a schema under a subject and gives its id; one that is there already gets the id it has.
   *
   * @throws RegistryError, `REGISTRY_INCOMPATIBLE` with the registry's details among them.
   */
  register(subject: string, input: SchemaInput, options: RegistryCallOptions = {}): Promise<number> {
    const body = toBody(input)
    return this.#cachedId(`register ${subject} ${JSON.stringify(body)}`, options, async () => {
      const id = await this.#callForId({
        method: 'POST',
        path: `/subjects/${segment(subject)}/versions`,
        body,
      })
      this.#latest.delete(subject)
      return id
    })
  }

  /** The id of a schema that stands under a subject; references included. `REGISTRY_NOT_FOUND` where it does not. */
  idOf(subject: string, input: SchemaInput, options: RegistryCallOptions = {}): Promise<number> {
    const body = toBody(input)
    return this.#cachedId(`lookup ${subject} ${JSON.stringify(body)}`, options, () =>
      this.#callForId({ method: 'POST', path: `/subjects/${segment(subject)}`, body }),
    )
  }

  /** The latest version of a subject, remembered for `latestTtlMs`. */
  latest(subject: string, options: RegistryCallOptions = {}): Promise<SchemaVersion> {
    const known = this.#latest.get(subject)
    if (known !== undefined) return abortable(Promise.resolve(known), options.signal)
    const call = this.#flights.run(`latest ${subject}`, async () => {
      const found = await this.#loadVersion(subject, -1)
      this.#latest.set(subject, found)
      return found
    })
    return abortable(call, options.signal)
  }

  /** The schema with an id and everything that it refers to. Ids never change, so it is asked for once. */
  schemaById(id: number, options: RegistryCallOptions = {}): Promise<RegisteredSchema> {
    const known = this.#schemas.get(String(id))
    if (known !== undefined) return abortable(Promise.resolve(known), options.signal)
    const unknown = this.#unknownIds.get(String(id))
    if (unknown !== undefined) return Promise.reject(unknown)
    const call = this.#flights.run(`id ${id}`, () => this.#loadById(id))
    return abortable(call, options.signal)
  }

  /** The texts of the schemas that references point to, each after those that it needs itself. */
  resolveReferences(
    references: readonly SchemaReference[],
    options: RegistryCallOptions = {},
  ): Promise<readonly string[]> {
    return abortable(this.#resolve(references), options.signal)
  }

  /** Whether a schema could be registered, as the registry sees it; nothing is registered. */
  async checkCompatibility(
    subject: string,
    input: SchemaInput,
    options: RegistryCallOptions & { readonly version?: number | 'latest' | undefined } = {},
  ): Promise<{ readonly compatible: boolean; readonly messages: readonly string[] }> {
    const path = `/compatibility/subjects/${segment(subject)}/versions/${options.version ?? 'latest'}?verbose=true`
    const call = callRegistry({ method: 'POST', path, body: toBody(input) }, this.#options)
    return readVerdict(await abortable(call, options.signal), path)
  }

  /**
   * A client of @kafkajs/confluent-schema-registry on the same registry, for code that already uses one. It has that
   * library's own behaviour: no deadline, no repetition of `register`, and a `register` that sets the compatibility
   * level of the subject. `fetch`, `timeoutMs` and the caches of this registry do not apply to it.
   */
  csr(): Promise<CsrRegistry> {
    // Loaded on demand: it brings three schema languages along, most programs need none of it.
    this.#csr ??= import('./create-csr.ts').then(({ createCsr }) => createCsr(this.#options))
    return this.#csr
  }

  #cachedId(key: string, options: RegistryCallOptions, load: () => Promise<number>): Promise<number> {
    const known = this.#ids.get(key)
    if (known !== undefined) return abortable(Promise.resolve(known), options.signal)
    const call = this.#flights.run(key, async () => {
      const id = await load()
      this.#ids.set(key, id)
      return id
    })
    return abortable(call, options.signal)
  }

  async #callForId(call: RegistryCall): Promise<number> {
    return readId(await callRegistry(call, this.#options), `${call.method} ${call.path}`)
  }

  async #loadById(id: number): Promise<RegisteredSchema> {
    const path = `/schemas/ids/${id}`
    try {
      const read = readSchema(await callRegistry({ method: 'GET', path }, this.#options), `GET ${path}`)
      const schema = { id, ...read, dependencies: await this.#resolve(read.references) }
      this.#schemas.set(String(id), schema)
      return schema
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND')
        this.#unknownIds.set(String(id), error)
      throw error
    }
  }

  async #loadVersion(subject: string, version: number): Promise<SchemaVersion> {
    const path = `/subjects/${segment(subject)}/versions/${version === -1 ? 'latest' : version}`
    const answer = await callRegistry({ method: 'GET', path }, this.#options)
    const what = `GET ${path}`
    const read = readSchema(answer, what)
    return {
      subject,
      version: readVersion(answer, what),
      id: readId(answer, what),
      ...read,
      dependencies: await this.#resolve(read.references),
    }
  }

  /** A registry refuses references in a circle, so this ends. A version never changes, so it is asked for once. */
  async #resolve(references: readonly SchemaReference[]): Promise<readonly string[]> {
    const texts = new Set<string>()
    for (const { subject, version } of references) {
      const found = await this.#referenced(subject, version)
      for (const text of [...found.dependencies, found.schema]) texts.add(text)
    }
    return [...texts]
  }

  #referenced(subject: string, version: number): Promise<RegisteredSchema> {
    const key = `version ${version} ${subject}`
    const known = version === -1 ? undefined : this.#schemas.get(key)
    if (known !== undefined) return Promise.resolve(known)
    return this.#flights.run(key, async () => {
      const found = await this.#loadVersion(subject, version)
      if (version !== -1) this.#schemas.set(key, found)
      return found
    })
  }
}

/**
 * Makes a registry client. No request leaves before the first call.
 *
 * @throws RegistryError with code `REGISTRY_OPTIONS_INVALID`.
 */
export function createRegistry(options: RegistryOptions): Registry {
  return new Registry(resolveRegistryOptions(options))
}

function segment(text: string): string {
  return encodeURIComponent(text)
}
