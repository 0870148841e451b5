/**
 * Header fields as `node:http` hands them over: names in lower case, a field that came several times as an array or
 * joined by commas.
 */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** A request before its body is read. */
export interface WebhookHead {
  /** In upper case: `POST`. */
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: WebhookHeaders
  /** The peer's IP address, for channels that have a list of them. Default: not known. */
  readonly remoteAddress?: string | undefined
}

/** One HTTP request as a channel sees it: values alone, whatever server took it. */
export interface WebhookRequest extends WebhookHead {
  /** The bytes as they came in: signatures are made over these, never over what a parser made of them. */
  readonly body: Uint8Array
}

/** One header field as text; several are joined by commas, as HTTP has it (RFC 9110 §5.3). */
export function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  // Own fields only: a header table may be a plain object, and "constructor" is no header.
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return value === undefined || typeof value === 'string' ? value : value.join(', ')
}

/** A request's target in the parts that a channel looks at. Never throws: a target that is no URL is a path. */
export function splitTarget(target: string): Pick<WebhookHead, 'path' | 'query'> {
  const mark = target.indexOf('?')
  if (mark === -1) return { path: target, query: new URLSearchParams() }
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) }
}
