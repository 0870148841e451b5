import { toRequestMatcher, type RequestPattern } from './request-pattern.ts'

/** An answer as it goes out, whatever the registry would have said. */
export interface RawAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What a fault does to one request. */
export type RegistryFaultAction =
  | { readonly kind: 'reply'; readonly answer: RawAnswer }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'dropConnection' }
  | { readonly kind: 'loseResponse' }

/** How often an ordered fault strikes: once, unless told otherwise. */
export interface RegistryFault {
  once(): RegistryFault
  times(count: number): RegistryFault
  /** Until {@link RegistryFaults.clear}; such a fault is never missing in {@link RegistryFaults.assertSpent}. */
  always(): RegistryFault
  /** Need not strike at all for {@link RegistryFaults.assertSpent}. */
  maybe(): RegistryFault
}

/** What can be done to the requests of a pattern. */
export interface RegistryFaultVerbs {
  /** Answers in the registry's place, in its error form unless a body is given. Nothing is applied. */
  reply(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): RegistryFault
  /** Answers with a page, as a proxy in front of a registry does. */
  replyHtml(status?: number, html?: string): RegistryFault
  /** Answers with these bytes. */
  replyRaw(answer: RawAnswer): RegistryFault
  /** Takes the request and never answers. */
  hang(): RegistryFault
  /** Works as usual, but starts so many milliseconds later. */
  delay(delayMs: number): RegistryFault
  /** Cuts the connection before anything is applied. */
  dropConnection(): RegistryFault
  /** Applies the request, then cuts the connection: what a client must be able to repeat. */
  loseResponse(): RegistryFault
}

interface Armed {
  readonly pattern: RequestPattern
  readonly matches: (method: string, path: string) => boolean
  readonly action: RegistryFaultAction
  left: number
  optional: boolean
}

/**
 * Faults by order: `registry.faults.on('POST /subjects/*\/versions').reply(500).times(2)`. One fault strikes a request,
 * the one that was ordered first.
 */
export class RegistryFaults {
  readonly #armed: Armed[] = []

  /** @throws TypeError for a pattern that is not a method and a path. */
  on(pattern: RequestPattern): RegistryFaultVerbs {
    const matches = toRequestMatcher(pattern)
    const arm = (action: RegistryFaultAction): RegistryFault => this.#arm(pattern, matches, action)
    return {
      reply: (status, body, headers) => arm({ kind: 'reply', answer: toAnswer(status, body, headers) }),
      replyHtml: (status = 502, html = '<html><body><h1>502 Bad Gateway</h1></body></html>') =>
        arm({ kind: 'reply', answer: { status, headers: { 'content-type': 'text/html' }, body: html } }),
      replyRaw: (answer) => arm({ kind: 'reply', answer }),
      hang: () => arm({ kind: 'hang' }),
      delay: (delayMs) => arm({ kind: 'delay', delayMs }),
      dropConnection: () => arm({ kind: 'dropConnection' }),
      loseResponse: () => arm({ kind: 'loseResponse' }),
    }
  }

  /** Takes back every fault. */
  clear(): void {
    this.#armed.length = 0
  }

  /** @throws Error naming the faults that were ordered and did not strike as often as ordered. */
  assertSpent(): void {
    const unspent = this.#armed.filter(({ left, optional }) => left > 0 && !optional)
    if (unspent.length === 0) return
    const list = unspent.map(({ pattern, action, left }) => `${pattern} -> ${action.kind} (${left} left)`)
    throw new Error(`registry faults that never struck: ${list.join('; ')}`)
  }

  /** For the registry itself: what to do to this request, counted as struck. */
  take(method: string, path: string): RegistryFaultAction | undefined {
    const fault = this.#armed.find((armed) => armed.left > 0 && armed.matches(method, path))
    if (fault === undefined) return undefined
    fault.left--
    return fault.action
  }

  #arm(pattern: RequestPattern, matches: Armed['matches'], action: RegistryFaultAction): RegistryFault {
    const armed: Armed = { pattern, matches, action, left: 1, optional: false }
    this.#armed.push(armed)
    const fault: RegistryFault = {
      once: () => fault.times(1),
      times(count) {
        armed.left = count
        return fault
      },
      always() {
        armed.left = Infinity
        armed.optional = true
        return fault
      },
      maybe() {
        armed.optional = true
        return fault
      },
    }
    return fault
  }
}

function toAnswer(status: number, body: unknown, headers?: Readonly<Record<string, string>>): RawAnswer {
  const content = body ?? {
    error_code: status < 500 ? status : status * 100 + 1,
    message: `ordered by a fault: ${status}`,
  }
  return {
    status,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json', ...headers },
    body: typeof content === 'string' ? content : JSON.stringify(content),
  }
}
