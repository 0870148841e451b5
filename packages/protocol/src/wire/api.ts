import { ProtocolError } from '../protocol-error.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { AnyField, Field, VersionContext } from './field.ts'
import { struct, type DecodedOf, type EncodableOf, type Fields } from './struct.ts'

/** One of Kafka's requests with its response, as data: the only place that says how its versions look. */
export interface Api<
  Name extends string = string,
  Request extends Fields = Fields,
  Response extends Fields = Fields,
> {
  /** The number that names the request on the wire. */
  readonly key: number
  /** Kafka's own name for it. */
  readonly name: Name
  /** The oldest and the newest version that the tables describe. */
  readonly versions: readonly [oldest: number, newest: number]
  /** The first flexible version (KIP-482); `Infinity` where there is none. */
  readonly flexibleFrom: number
  readonly request: Field<DecodedOf<Request>, EncodableOf<Request>>
  readonly response: Field<DecodedOf<Response>, EncodableOf<Response>>
}

/** Any API: the least that generic code demands. */
export type AnyApi = Omit<Api, 'request' | 'response'> & {
  readonly request: AnyField
  readonly response: AnyField
}

/** What a decoder gives for the request of an API. */
export type RequestOf<A extends AnyApi> = A['request'] extends Field<infer Out, infer _In> ? Out : never
/** What an encoder takes for the request of an API. */
export type RequestInputOf<A extends AnyApi> = A['request'] extends Field<infer _Out, infer In> ? In : never
/** What a decoder gives for the response of an API. */
export type ResponseOf<A extends AnyApi> = A['response'] extends Field<infer Out, infer _In> ? Out : never
/** What an encoder takes for the response of an API. */
export type ResponseInputOf<A extends AnyApi> = A['response'] extends Field<infer _Out, infer In> ? In : never

/** Describes one API; the message types are inferred from the two tables. */
export function defineApi<const Name extends string, Request extends Fields, Response extends Fields>(api: {
  readonly key: number
  readonly name: Name
  readonly versions: readonly [oldest: number, newest: number]
  readonly flexibleFrom?: number
  readonly request: Request
  readonly response: Response
}): Api<Name, Request, Response> {
  return {
    key: api.key,
    name: api.name,
    versions: api.versions,
    flexibleFrom: api.flexibleFrom ?? Infinity,
    request: struct(api.request),
    response: struct(api.response),
  }
}

/** Whether a version of an API is flexible (KIP-482): compact lengths, tagged fields, newer headers. */
export function isFlexible(api: Pick<AnyApi, 'flexibleFrom'>, version: number): boolean {
  return version >= api.flexibleFrom
}

/**
 * As many elements as all lists of a request may have together. Each may be a byte or two of the frame and a hundred bytes
 * of memory, so that a hostile frame within every limit of size would take the process with it.
 */
const maxRequestElements = 1_000_000

function contextOf(api: AnyApi, version: number): VersionContext {
  const [oldest, newest] = api.versions
  if (!Number.isInteger(version) || version < oldest || version > newest) {
    throw new ProtocolError(
      'UNSUPPORTED_VERSION',
      `${api.name} v${version}: this package has tables for v${oldest} to v${newest}`,
    )
  }
  return { version, flexible: isFlexible(api, version) }
}

function encode(api: AnyApi, side: 'request' | 'response', version: number, body: unknown): Uint8Array[] {
  const context = contextOf(api, version)
  const writer = new ByteWriter()
  try {
    api[side].write(writer, body, context)
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    // Node's own complaint about a number that its field cannot hold, or a value of another type.
    throw new ProtocolError(
      'VALUE_OUT_OF_RANGE',
      `the ${side} of ${api.name} v${version} cannot be written: ${(error as Error).message}`,
      { cause: error },
    )
  }
  return writer.finish()
}

function decode(
  api: AnyApi,
  side: 'request' | 'response',
  version: number,
  bytes: Uint8Array,
  ignoreRest: boolean = false,
): unknown {
  const reader = new ByteReader(bytes, 0, side === 'request' ? maxRequestElements : Infinity)
  const body: unknown = api[side].read(reader, contextOf(api, version))
  if (reader.remaining > 0 && !ignoreRest) {
    throw new ProtocolError(
      'MALFORMED',
      `${reader.remaining} bytes follow the ${side} of ${api.name} v${version}`,
    )
  }
  return body
}

/** The body of a request (without header) as pieces to write one after the other; large byte fields are not copied. */
export function encodeRequest<A extends AnyApi>(
  api: A,
  version: number,
  body: RequestInputOf<A>,
): Uint8Array[] {
  return encode(api, 'request', version, body)
}

/** The body of a response (without header). */
export function encodeResponse<A extends AnyApi>(
  api: A,
  version: number,
  body: ResponseInputOf<A>,
): Uint8Array[] {
  return encode(api, 'response', version, body)
}

/**
 * Reads the body of a request; byte fields are views on `bytes`. Throws {@link ProtocolError}, also for one with more
 * than 1,000,000 list elements.
 *
 * @param ignoreRest - whether bytes after the body are no error: Kafka's brokers do not look at them. Default: false.
 */
export function decodeRequest<A extends AnyApi>(
  api: A,
  version: number,
  bytes: Uint8Array,
  { ignoreRest = false }: { readonly ignoreRest?: boolean } = {},
): RequestOf<A> {
  return decode(api, 'request', version, bytes, ignoreRest) as RequestOf<A>
}

/** Reads the body of a response; byte fields are views on `bytes`. Throws {@link ProtocolError}. */
export function decodeResponse<A extends AnyApi>(api: A, version: number, bytes: Uint8Array): ResponseOf<A> {
  return decode(api, 'response', version, bytes) as ResponseOf<A>
}
