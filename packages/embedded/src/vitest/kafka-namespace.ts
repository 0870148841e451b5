import { HeadwaterError } from '@headwater/base'
import type { EmbeddedKafka, RecordsOptions } from '../embedded-kafka.ts'
import type { FaultOrder } from '../faults/fault-order.ts'
import type { FaultScope } from '../faults/fault-scope.ts'
import type { FaultableApi } from '../faults/legal-errors.ts'
import type { JournalEntry } from '../faults/journal.ts'
import type { StoredRecord } from '../log/read-log.ts'
import type { TopicOptions } from '../start-kafka-options.ts'

/** The faults of one namespace: they cannot hit the requests of other tests. */
export interface NamespaceFaults {
  /**
   * Begins the order of a fault, as `kafka.faults.on` does. The scope's topic and transactional id are meant without
   * the prefix; a fault that names neither is for the client that calls itself {@link KafkaNamespace.clientId}.
   */
  on<Api extends FaultableApi>(api: Api, scope?: FaultScope): FaultOrder<Api>
  /** Throws `FAULTS_NOT_SPENT` when a fault of this namespace has not fired as often as it should have. */
  assertSpent(): void
}

/** How every namespace begins: a number that no other has. */
const anyPrefix = /^t\d+-/

/** One test's part of a cluster that it shares with others: names that are its own, and faults for them alone. */
export class KafkaNamespace {
  /** What all names here begin with. */
  readonly prefix: string
  /** What clients should call themselves, so that faults without a topic find them. */
  readonly clientId: string
  readonly faults: NamespaceFaults
  readonly #kafka: EmbeddedKafka
  readonly #before: JournalEntry | undefined
  /** Of all faults that were ordered here, whomever they are for. */
  readonly #scopes = new Set<FaultScope>()

  /** Use `sharedKafkaTest`. */
  constructor(kafka: EmbeddedKafka, number: number, test: string) {
    const slug = test
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 40)
    this.prefix = `t${number}-${slug}-`
    this.clientId = `${this.prefix}client`
    this.#kafka = kafka
    this.#before = kafka.journal.entries.at(-1)
    this.faults = {
      on: (api, scope = {}) => {
        const own = this.#toScope(scope)
        this.#scopes.add(own)
        return kafka.faults.on(api, own)
      },
      assertSpent: () => this.#assertSpent(),
    }
  }

  /** As of the cluster. */
  get bootstrapServers(): string {
    return this.#kafka.bootstrapServers
  }

  /** As of the cluster, and shared like it: let subjects begin with the prefix, too. */
  get registryUrl(): string {
    return this.#kafka.registryUrl
  }

  /** A name of this test's own: for a topic, a group, a transactional id. */
  name(name: string): string {
    return this.prefix + name
  }

  /** Creates a topic of this test's own, and gives its full name. */
  createTopic(name: string, options: TopicOptions = {}): string {
    this.#kafka.createTopic(this.name(name), options)
    return this.name(name)
  }

  /** The records of a topic of this test's own, named without the prefix. */
  records(name: string, options: RecordsOptions = {}): Promise<StoredRecord[]> {
    return this.#kafka.records(this.name(name), options)
  }

  /** What happened since this test began, without the requests of other tests' clients. */
  get entries(): readonly JournalEntry[] {
    const { entries } = this.#kafka.journal
    const begin = this.#before === undefined ? 0 : entries.indexOf(this.#before) + 1
    return entries
      .slice(begin)
      .filter(({ clientId = '' }) => clientId.startsWith(this.prefix) || !anyPrefix.test(clientId))
  }

  #toScope(scope: FaultScope): FaultScope {
    const { topic, transactionalId } = scope
    if (topic === undefined && transactionalId === undefined)
      return { ...scope, clientId: scope.clientId ?? this.clientId }
    return {
      ...scope,
      ...(topic === undefined ? {} : { topic: this.name(topic) }),
      ...(transactionalId === undefined ? {} : { transactionalId: this.name(transactionalId) }),
    }
  }

  #assertSpent(): void {
    const left = this.#kafka.faults.orders.filter((fault) => this.#scopes.has(fault.scope) && !fault.spent)
    if (left.length === 0) return
    const list = left.map((fault) => `${fault.toString()} (fired ${fault.fired} times)`).join('; ')
    throw new HeadwaterError('FAULTS_NOT_SPENT', `ordered but not fired in full: ${list}`)
  }
}
