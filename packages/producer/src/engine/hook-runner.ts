import { toError, type Logger } from '@headwater/base'
import { catchRejection } from '../catch-rejection.ts'
import type { ProducerHooks, SendTrace, Settled } from '../hooks.ts'
import type { Header, ProducerRecord } from '../producer-record.ts'
import { hookChannels } from './hook-channels.ts'
import { headerProblem } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'

/** What observers add to a record, and what they keep of it. */
export interface ObservedSend {
  readonly headers: readonly Header[]
  readonly traces: readonly SendTrace[]
}

/** Of records that nobody traces; one for all, so that it costs nothing. */
export const noTraces: readonly SendTrace[] = []
/** What becomes of a record that nobody adds to and nobody traces. */
export const unobserved: ObservedSend = { headers: [], traces: noTraces }

type HookName = keyof ProducerHooks
type EventName = Exclude<HookName, 'onSend' | 'onReplay'>
type Argument<Name extends HookName> = Parameters<NonNullable<ProducerHooks[Name]>>[0]

/**
 * Calls the hooks of all observers in order, then publishes on the hook's channel. A hook that throws is logged once a
 * hook and never breaks a send.
 */
export class HookRunner {
  readonly #observers: readonly ProducerHooks[]
  readonly #logger: Logger
  readonly #clientId: string | undefined
  readonly #published: boolean
  readonly #failed = new Set<string>()

  constructor(options: Pick<ResolvedOptions, 'hooks' | 'logger' | 'clientId' | 'published'>) {
    this.#observers = options.hooks
    this.#logger = options.logger
    this.#clientId = options.clientId
    this.#published = options.published
  }

  /** Whether anybody wants to hear of something: spares the making of a hook's argument. Asked anew each time. */
  has(name: HookName): boolean {
    return this.#isHeard(name) || this.#observers.some((observer) => observer[name] !== undefined)
  }

  run<Name extends EventName>(name: Name, argument: Argument<Name>): void {
    for (const observer of this.#observers) {
      try {
        const hook = observer[name] as ((argument: Argument<Name>) => unknown) | undefined
        this.#watch(name, hook?.call(observer, argument))
      } catch (thrown) {
        this.#log(name, thrown)
      }
    }
    if (this.#isHeard(name)) this.#publish(name, argument)
  }

  /** A record is sent. */
  onSend(record: ProducerRecord): ObservedSend {
    if (this.#isHeard('onSend')) this.#publish('onSend', { record })
    return this.#observe('onSend', record)
  }

  /** A record of the spool is sent; its headers stay as they are. */
  onReplay(record: ProducerRecord): readonly SendTrace[] {
    if (this.#isHeard('onReplay')) this.#publish('onReplay', { record })
    return this.#observe('onReplay', record).traces
  }

  /** Tells what observers keep of a record how it ended. */
  end(traces: readonly SendTrace[], settled: Settled): void {
    for (const trace of traces) {
      try {
        this.#watch('SendTrace.settled', trace.settled(settled) as unknown)
      } catch (thrown) {
        this.#log('SendTrace.settled', thrown)
      }
    }
  }

  #observe(name: 'onSend' | 'onReplay', record: ProducerRecord): ObservedSend {
    let headers: Header[] | undefined
    let traces: SendTrace[] | undefined
    for (const observer of this.#observers) {
      if (observer[name] === undefined) continue
      try {
        const returned: unknown = observer[name](record)
        if (returned === undefined) continue
        if (this.#watch(name, returned)) continue
        const isTrace = isSendTrace(returned)
        // First of all, so that it hears of the end whatever is wrong with its headers.
        if (isTrace) (traces ??= []).push(returned)
        const taken = headers?.map(([name]) => name)
        for (const header of (isTrace ? (returned.headers ?? []) : returned) as Iterable<Header>) {
          const problem = headerProblem(header)
          if (problem !== undefined) throw new TypeError(problem)
          // Two observers that trace would give a record two contexts, and each reader takes another one.
          if (taken?.includes(header[0]) !== true) (headers ??= []).push(header)
        }
      } catch (thrown) {
        this.#log(name, thrown)
      }
    }
    if (headers === undefined && traces === undefined) return unobserved
    return { headers: headers ?? unobserved.headers, traces: traces ?? noTraces }
  }

  #isHeard(name: HookName): boolean {
    return hookChannels[name].hasSubscribers && this.#published
  }

  #publish(name: HookName, message: object): void {
    try {
      // Subscribers that throw are Node's: it reports them as uncaught exceptions, once this turn is over.
      hookChannels[name].publish({ ...message, clientId: this.#clientId })
    } catch (thrown) {
      this.#log(name, thrown)
    }
  }

  /** Hooks are synchronous; one that is not must not end the process by its rejection. */
  #watch(name: string, returned: unknown): boolean {
    return catchRejection(returned, (thrown) => this.#log(name, thrown))
  }

  #log(name: string, thrown: unknown): void {
    if (this.#failed.has(name)) return
    this.#failed.add(name)
    this.#logger.error(
      { err: toError(thrown), hook: name },
      'a producer hook threw; further errors of it are not logged',
    )
  }
}

/** Whether an observer gave something to keep, and no mere headers. */
export function isSendTrace(returned: unknown): returned is SendTrace {
  return typeof (returned as Partial<SendTrace> | null)?.settled === 'function'
}
