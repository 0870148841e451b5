import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

/** What a certificate says. */
interface CertificateText {
  readonly commonName: string
  readonly validFrom?: string
  readonly validTo?: string
  readonly modulusLength?: number
  /** Who signs it. Default: itself. */
  readonly issuer?: Certificate
}

/** A certificate with its key. */
export interface Certificate {
  readonly pem: string
  readonly privateKey: KeyObject
  readonly commonName: string
}

/** Makes a certificate (RFC 5280) without a program that could be missing: Node reads them and writes none. */
export function makeCertificate(text: CertificateText): Certificate {
  const { commonName, validFrom = '2025-01-01', validTo = '2027-12-31', modulusLength = 2048, issuer } = text
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength })
  const sha256WithRsa = sequence(oid('2a864886f70d01010b'), tag(0x05))
  const body = sequence(
    tag(0xa0, tag(0x02, Buffer.of(2))),
    tag(0x02, Buffer.of(1)),
    sha256WithRsa,
    name(issuer?.commonName ?? commonName),
    sequence(time(validFrom), time(validTo)),
    name(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey)
  const der = sequence(body, sha256WithRsa, tag(0x03, Buffer.concat([Buffer.of(0), signature])))
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKey,
    commonName,
  }
}

function tag(type: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const size = body.byteLength
  const long = size < 256 ? Buffer.of(0x81, size) : Buffer.of(0x82, size >> 8, size & 0xff)
  const length = size < 128 ? Buffer.of(size) : long
  return Buffer.concat([Buffer.of(type), length, body])
}

function sequence(...content: readonly Buffer[]): Buffer {
  return tag(0x30, ...content)
}

function oid(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, 'hex'))
}

function name(commonName: string): Buffer {
  return sequence(tag(0x31, sequence(oid('550403'), tag(0x0c, Buffer.from(commonName)))))
}

function time(day: string): Buffer {
  return tag(0x17, Buffer.from(`${day.replaceAll('-', '').slice(2)}000000Z`))
}
