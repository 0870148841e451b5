import type { CsrClient } from './csr-client.ts'
import { abortable } from './abortable.ts'
import { readId, readSchema, readSubjects, readVerdict, readVersion, readVersions } from './answer-shapes.ts'
import { CompatibilityLevels } from './compatibility-levels.ts'
import type { Deadline } from './deadline.ts'
import { ExpiringMap } from './expiring-map.ts'
import { RegistryError, subjectUnknown } from './registry-error.ts'
import {
  resolveRegistryOptions,
  type RegistryOptions,
  type ResolvedRegistryOptions,
} from './registry-options.ts'
import { RegistryTransport, type RegistryCall } from './registry-transport.ts'
import {
  toBody,
  type CompatibilityVerdict,
  type LevelInForce,
  type RegisteredSchema,
  type RegisteredVersion,
  type SchemaInput,
  type SchemaReference,
  type SchemaVersion,
} from './schema-input.ts'
import { SingleFlight } from './single-flight.ts'
import { segment } from './url-segment.ts'

/** What every call takes. */
export interface RegistryCallOptions {
  /**
   * Lets this caller give up; others that wait for the same answer still get it, and a request that nobody waits for any
   * longer is ended.
   */
  readonly signal?: AbortSignal | undefined
}

/**
 * A schema registry, as event producers and consumers, and what checks and deploys their schemas, need one. Every call
 * ends within its deadline, with a value or a {@link RegistryError}; calls for the same thing at the same time are one
 * request; `register` alone changes anything, and nothing changes a subject's configuration. It holds no connection of
 * its own, so there is nothing to close.
 */
export class Registry {
  /** Base URL without credentials; the first, where there are several. */
  readonly url: string
  readonly #options: ResolvedRegistryOptions
  readonly #transport: RegistryTransport
  readonly #flights: SingleFlight
  readonly #levels: CompatibilityLevels
  /** By id, and by version of a subject: neither ever changes. */
  readonly #schemas: ExpiringMap<RegisteredSchema>
  readonly #versions: ExpiringMap<SchemaVersion>
  readonly #unknownIds: ExpiringMap<RegistryError>
  readonly #latest: ExpiringMap<SchemaVersion>
  readonly #ids: ExpiringMap<number>
  /** Which version waits for which other one that it refers to. */
  readonly #waits = new Map<string, string>()
  /** How many registrations have ended: what is the latest version may be another one since. */
  #registrations = 0
  #csr: Promise<CsrClient> | undefined

  /** Use {@link createRegistry}. */
  constructor(options: ResolvedRegistryOptions) {
    const { clock, maxCachedSchemas } = options
    this.url = options.servers[0].url
    this.#options = options
    this.#transport = new RegistryTransport(options)
    this.#flights = new SingleFlight(clock)
    this.#levels = new CompatibilityLevels(this.#transport, this.#flights)
    this.#schemas = new ExpiringMap(maxCachedSchemas, Infinity, clock)
    this.#versions = new ExpiringMap(maxCachedSchemas, Infinity, clock)
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
    return this.#cachedId(`register ${subject} ${JSON.stringify(body)}`, options, async (deadline) => {
      const path = `/subjects/${segment(subject)}/versions`
      const call: RegistryCall = { operation: 'register', method: 'POST', path, body }
      try {
        const { answer, what } = await this.#transport.call(call, deadline)
        return readId(answer, what)
      } finally {
        // After an error, too: the answer may be what was lost.
        this.#registrations++
        this.#latest.delete(subject)
      }
    })
  }

  /** The id of a schema that stands under a subject; references included. `REGISTRY_NOT_FOUND` where it does not. */
  idOf(subject: string, input: SchemaInput, options: RegistryCallOptions = {}): Promise<number> {
    const key = `lookup ${subject} ${JSON.stringify(toBody(input))}`
    return this.#cachedId(key, options, async (deadline) => (await this.#lookUp(subject, input, deadline)).id)
  }

  /**
   * Whether a schema stands under a subject, and as which version; `undefined` where it does not. Registers nothing, and
   * asks the registry each time.
   */
  find(
    subject: string,
    input: SchemaInput,
    options: RegistryCallOptions = {},
  ): Promise<RegisteredVersion | undefined> {
    const found = this.#lookUp(subject, input, this.#deadline(options)).catch((error: unknown) => {
      // Of an address that is no registry there is a 404, too, but without such a code.
      if (error instanceof RegistryError && isUnknownHere.has(error.errorCode)) return undefined
      throw error
    })
    return abortable(found, options.signal)
  }

  /** The names of all subjects that have versions. */
  async subjects(options: RegistryCallOptions = {}): Promise<readonly string[]> {
    const call: RegistryCall = { operation: 'list-subjects', method: 'GET', path: '/subjects' }
    const { answer, what } = await abortable(
      this.#transport.call(call, this.#deadline(options)),
      options.signal,
    )
    return readSubjects(answer, what)
  }

  /** The versions of a subject, oldest first; soft-deleted ones left out. `REGISTRY_NOT_FOUND` where there are none. */
  async versions(subject: string, options: RegistryCallOptions = {}): Promise<readonly number[]> {
    const path = `/subjects/${segment(subject)}/versions`
    const call: RegistryCall = { operation: 'list-versions', method: 'GET', path }
    const { answer, what } = await abortable(
      this.#transport.call(call, this.#deadline(options)),
      options.signal,
    )
    return readVersions(answer, what)
  }

  /** A version of a subject and everything that it refers to. Versions never change, so it is asked for once. */
  version(subject: string, version: number, options: RegistryCallOptions = {}): Promise<SchemaVersion> {
    return abortable(this.#knownVersion(subject, version, this.#deadline(options)), options.signal)
  }

  /** The latest version of a subject, remembered for `latestTtlMs`. */
  latest(subject: string, options: RegistryCallOptions = {}): Promise<SchemaVersion> {
    const known = this.#latest.get(subject)
    if (known !== undefined) return abortable(Promise.resolve(known), options.signal)
    // What was asked before a registration is no answer to who asks after it, and not to be kept.
    const asked = this.#registrations
    const call = this.#flights.run(
      `latest ${asked} ${subject}`,
      this.#deadline(options),
      async (deadline) => {
        const found = await this.#loadVersion(subject, -1, deadline)
        if (asked === this.#registrations) this.#latest.set(subject, found)
        return found
      },
    )
    return abortable(call, options.signal)
  }

  /** The schema with an id and everything that it refers to. Ids never change, so it is asked for once. */
  schemaById(id: number, options: RegistryCallOptions = {}): Promise<RegisteredSchema> {
    const known = this.#schemas.get(String(id))
    if (known !== undefined) return abortable(Promise.resolve(known), options.signal)
    const unknown = this.#unknownIds.get(String(id))
    if (unknown !== undefined) return Promise.reject(unknown)
    const call = this.#flights.run(`id ${id}`, this.#deadline(options), (deadline) =>
      this.#loadById(id, deadline),
    )
    return abortable(call, options.signal)
  }

  /** The texts of the schemas that references point to, each after those that it needs itself. */
  resolveReferences(
    references: readonly SchemaReference[],
    options: RegistryCallOptions = {},
  ): Promise<readonly string[]> {
    return abortable(this.#resolve(references, this.#deadline(options)), options.signal)
  }

  /**
   * The compatibility level in force: the subject's own, else the one of all; without a subject, the one of all. On
   * Apicurio a subject's own NONE cannot be told from none at all, and the one of all is given.
   */
  compatibilityLevel(subject?: string, options: RegistryCallOptions = {}): Promise<LevelInForce> {
    return abortable(this.#levels.inForce(subject, this.#deadline(options)), options.signal)
  }

  /**
   * Whether a schema could be registered, as the registry sees it; nothing is registered. `version` is the one to
   * compare with; `all` looks at those that registering would look at, by the level in force.
   */
  async checkCompatibility(
    subject: string,
    input: SchemaInput,
    options: RegistryCallOptions & { readonly version?: number | 'latest' | 'all' | undefined } = {},
  ): Promise<CompatibilityVerdict> {
    const { version = 'latest', signal } = options
    const which = version === 'all' ? '' : `/${version}`
    const path = `/compatibility/subjects/${segment(subject)}/versions${which}?verbose=true`
    const call: RegistryCall = { operation: 'compatibility', method: 'POST', path, body: toBody(input) }
    try {
      const { answer, what } = await abortable(this.#transport.call(call, this.#deadline(options)), signal)
      return readVerdict(answer, what)
    } catch (error) {
      // Apicurio's word for what others call compatible: there is nothing to compare with.
      const isNew = error instanceof RegistryError && error.errorCode === subjectUnknown
      if (isNew && version === 'all') return { compatible: true, messages: [] }
      throw error
    }
  }

  /**
   * A client of @kafkajs/confluent-schema-registry on the same registry, for code that already uses one. It has that
   * library's own behaviour: no deadline, no repetition of `register`, and a `register` that sets the compatibility
   * level of the subject. `fetch`, `timeoutMs`, hooks, caches and all URLs but the first do not apply to it.
   *
   * Its type here is what it does for Avro. Who passes it on as that library's own class names the class:
   * `registry.csr<SchemaRegistry>()`.
   */
  csr<Client = CsrClient>(): Promise<Client> {
    // Loaded on demand: it brings three schema languages along, most programs need none of it.
    this.#csr ??= import('./create-csr.ts').then(({ createCsr }) => createCsr(this.#options))
    return this.#csr as Promise<unknown> as Promise<Client>
  }

  /** One for all that a call asks, one thing after the other: when the call ends must not depend on how much that is. */
  #deadline({ signal }: RegistryCallOptions): Deadline {
    const { clock, timeoutMs } = this.#options
    const endMs = clock.monotonic() + timeoutMs
    return { at: () => endMs, gone: signal }
  }

  #cachedId(
    key: string,
    options: RegistryCallOptions,
    load: (deadline: Deadline) => Promise<number>,
  ): Promise<number> {
    const known = this.#ids.get(key)
    if (known !== undefined) return abortable(Promise.resolve(known), options.signal)
    const call = this.#flights.run(key, this.#deadline(options), async (deadline) => {
      const id = await load(deadline)
      this.#ids.set(key, id)
      return id
    })
    return abortable(call, options.signal)
  }

  #lookUp(subject: string, input: SchemaInput, until: Deadline): Promise<RegisteredVersion> {
    const body = toBody(input)
    return this.#flights.run(`find ${subject} ${JSON.stringify(body)}`, until, async (deadline) => {
      const path = `/subjects/${segment(subject)}`
      const call: RegistryCall = { operation: 'lookup', method: 'POST', path, body }
      const { answer, what } = await this.#transport.call(call, deadline)
      return { id: readId(answer, what), version: readVersion(answer, what) }
    })
  }

  async #loadById(id: number, deadline: Deadline): Promise<RegisteredSchema> {
    try {
      const call = { operation: 'schema-by-id', method: 'GET', path: `/schemas/ids/${id}` } as const
      const { answer, what } = await this.#transport.call(call, deadline)
      const read = readSchema(answer, what)
      const schema = { id, ...read, dependencies: await this.#resolve(read.references, deadline) }
      this.#schemas.set(String(id), schema)
      return schema
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND')
        this.#unknownIds.set(String(id), error)
      throw error
    }
  }

  async #loadVersion(
    subject: string,
    version: number,
    deadline: Deadline,
    above: readonly string[] = [],
  ): Promise<SchemaVersion> {
    const isLatest = version === -1
    const path = `/subjects/${segment(subject)}/versions/${isLatest ? 'latest' : version}`
    const operation = isLatest ? 'latest' : 'version'
    const { answer, what } = await this.#transport.call({ operation, method: 'GET', path }, deadline)
    const read = readSchema(answer, what)
    return {
      subject,
      version: readVersion(answer, what),
      id: readId(answer, what),
      ...read,
      dependencies: await this.#resolve(read.references, deadline, [...above, `${subject} ${version}`]),
    }
  }

  /**
   * Registries refuse references in a circle; one that has them all the same must not be waited for without an end.
   *
   * @param above - what refers to these, outermost first
   */
  async #resolve(
    references: readonly SchemaReference[],
    deadline: Deadline,
    above: readonly string[] = [],
  ): Promise<readonly string[]> {
    const texts = new Set<string>()
    const parent = above.at(-1)
    for (const { subject, version } of references) {
      const child = `${subject} ${version}`
      if (above.includes(child) || this.#isWaitingFor(child, parent)) {
        const message = `The references of ${above.join(', ')} go in a circle: is it a registry?`
        throw new RegistryError('REGISTRY_BAD_ANSWER', message)
      }
      if (parent !== undefined) this.#waits.set(parent, child)
      try {
        const found = await this.#knownVersion(subject, version, deadline, above)
        for (const text of [...found.dependencies, found.schema]) texts.add(text)
      } finally {
        if (parent !== undefined) this.#waits.delete(parent)
      }
    }
    return [...texts]
  }

  /** Another call may have begun the circle elsewhere: two requests that are one for many would wait for each other. */
  #isWaitingFor(child: string, parent: string | undefined): boolean {
    for (let at: string | undefined = child; at !== undefined; at = this.#waits.get(at))
      if (at === parent) return true
    return false
  }

  /** -1, in references, is the latest at this time: not remembered. */
  #knownVersion(
    subject: string,
    version: number,
    until: Deadline,
    above: readonly string[] = [],
  ): Promise<SchemaVersion> {
    const key = `version ${version} ${subject}`
    const known = version === -1 ? undefined : this.#versions.get(key)
    if (known !== undefined) return Promise.resolve(known)
    const flight = version === -1 ? `${key} ${this.#registrations}` : key
    return this.#flights.run(flight, until, async (deadline) => {
      const found = await this.#loadVersion(subject, version, deadline, above)
      if (version !== -1) this.#versions.set(key, found)
      return found
    })
  }
}

/** The subject, or the schema under it. */
const isUnknownHere: ReadonlySet<number | undefined> = new Set([subjectUnknown, 40403])

/**
 * Makes a registry client. No request leaves before the first call.
 *
 * @throws RegistryError with code `REGISTRY_OPTIONS_INVALID`.
 */
export function createRegistry(options: RegistryOptions): Registry {
  return new Registry(resolveRegistryOptions(options))
}
