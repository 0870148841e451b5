import { isFlexible, type AnyApi } from './api.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { assertTextLength } from './primitives.ts'
import { ProtocolError } from '../protocol-error.ts'

/** ApiVersions (KIP-511): its response header never has tags, or a client could not read an error it must read. */
const apiVersionsKey = 18

/** What stands before the body of every request. */
export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

/** Header version 2 ends with tagged fields (KIP-482); in both versions the client id is a plain int16 string. */
export function encodeRequestHeader(api: AnyApi, header: Omit<RequestHeader, 'apiKey'>): Uint8Array {
  const writer = new ByteWriter(64)
  writer.int16(api.key)
  writer.int16(header.apiVersion)
  writer.int32(header.correlationId)
  if (header.clientId === null) writer.int16(-1)
  else writer.text(header.clientId, (bytes) => writer.int16(assertTextLength(bytes)))
  if (isFlexible(api, header.apiVersion)) writer.uvarint(0)
  return writer.finish()[0]!
}

/**
 * Reads the header of a request whose size prefix is already gone.
 *
 * @param flexibleFrom - the first flexible version of an API by its key; `undefined` for an API nobody knows, whose
 * header is then read as version 1.
 * @throws ProtocolError `MALFORMED`
 */
export function decodeRequestHeader(
  frame: Uint8Array,
  flexibleFrom: (apiKey: number) => number | undefined,
): RequestHeader & { readonly body: Uint8Array } {
  const reader = new ByteReader(frame)
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const length = reader.int16()
  if (length < -1) throw new ProtocolError('MALFORMED', `a client id has the length ${length}`)
  const clientId = length < 0 ? null : reader.text(length)
  if (apiVersion >= (flexibleFrom(apiKey) ?? Infinity)) skipTags(reader)
  return { apiKey, apiVersion, correlationId, clientId, body: reader.raw(reader.remaining) }
}

/** The header of a response: the correlation id, and in flexible versions an empty tag section. */
export function encodeResponseHeader(api: AnyApi, version: number, correlationId: number): Uint8Array {
  const writer = new ByteWriter(8)
  writer.int32(correlationId)
  if (hasResponseTags(api, version)) writer.uvarint(0)
  return writer.finish()[0]!
}

/** Splits a response whose correlation id is already gone: skips the header's tags and gives the body. */
export function responseBody(api: AnyApi, version: number, afterCorrelationId: Uint8Array): Uint8Array {
  const reader = new ByteReader(afterCorrelationId)
  if (hasResponseTags(api, version)) skipTags(reader)
  return reader.raw(reader.remaining)
}

function hasResponseTags(api: AnyApi, version: number): boolean {
  return isFlexible(api, version) && api.key !== apiVersionsKey
}

function skipTags(reader: ByteReader): void {
  for (let left = reader.uvarint(); left > 0; left--) {
    reader.uvarint()
    reader.raw(reader.uvarint())
  }
}
