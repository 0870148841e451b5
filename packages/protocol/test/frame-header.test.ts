import { describe, expect, it } from 'vitest'
import {
  apiByKey,
  apiVersions,
  decodeRequestHeader,
  encodeRequestHeader,
  encodeResponseHeader,
  metadata,
  ProtocolError,
  responseBody,
  saslHandshake,
} from '../src/index.ts'

const flexibleFrom = (key: number): number | undefined => apiByKey(key)?.flexibleFrom
const body = Buffer.from([1, 2, 3])

describe('encodeRequestHeader', () => {
  it.each([
    [saslHandshake, 1, 'client'],
    [metadata, 8, null],
    [metadata, 12, 'Grüße'],
    [apiVersions, 3, ''],
  ] as const)('writes what decodeRequestHeader reads', (api, apiVersion, clientId) => {
    const header = encodeRequestHeader(api, { apiVersion, correlationId: -7, clientId })
    expect(decodeRequestHeader(Buffer.concat([header, body]), flexibleFrom)).toEqual({
      apiKey: api.key,
      apiVersion,
      correlationId: -7,
      clientId,
      body,
    })
  })

  it('keeps the client id a plain string in flexible versions (KIP-482)', () => {
    const header = encodeRequestHeader(metadata, { apiVersion: 12, correlationId: 1, clientId: 'ab' })
    expect(header).toEqual(Buffer.from('0003000c0000000100026162' + '00', 'hex'))
  })

  it('refuses a client id that is too long', () => {
    expect(() =>
      encodeRequestHeader(metadata, { apiVersion: 1, correlationId: 1, clientId: 'x'.repeat(32768) }),
    ).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }))
  })
})

describe('decodeRequestHeader', () => {
  it('refuses a header that is cut off anywhere', () => {
    const header = encodeRequestHeader(metadata, { apiVersion: 12, correlationId: 1, clientId: 'client' })
    for (let end = 0; end < header.length; end++) {
      expect(() => decodeRequestHeader(header.subarray(0, end), flexibleFrom)).toThrow(ProtocolError)
    }
  })

  it('skips tagged fields, and reads requests that nobody knows as version 1', () => {
    const tagged = Buffer.from('0003000c00000001ffff' + '010502aabb', 'hex')
    expect(decodeRequestHeader(Buffer.concat([tagged, body]), flexibleFrom)).toMatchObject({
      clientId: null,
      body,
    })
    const unknown = Buffer.from('0fff000c00000001ffff', 'hex')
    expect(decodeRequestHeader(Buffer.concat([unknown, body]), flexibleFrom)).toMatchObject({
      apiKey: 4095,
      body,
    })
  })
})

describe('encodeResponseHeader', () => {
  it.each([
    [metadata, 8, 4],
    [metadata, 9, 5],
    [apiVersions, 2, 4],
    // KIP-511: a client that is too new must be able to read the answer.
    [apiVersions, 3, 4],
    [apiVersions, 4, 4],
  ])('has tags in flexible versions, save for ApiVersions', (api, version, size) => {
    const header = encodeResponseHeader(api, version, 99)
    expect(header).toHaveLength(size)
    expect(responseBody(api, version, Buffer.concat([header.subarray(4), body]))).toEqual(body)
  })
})
