import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** A hash that SCRAM is used with. */
export type ScramHash = 'sha256' | 'sha512'

/** Kafka's smallest number of rounds, and its default. */
const iterations = 4096
const saltBytes = 16

/** What a broker keeps of a password (RFC 5802); the password cannot be had from it. */
export interface ScramCredential {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

export async function createScramCredential(hash: ScramHash, password: string): Promise<ScramCredential> {
  const salt = randomBytes(saltBytes)
  const keyBytes = hash === 'sha256' ? 32 : 64
  const salted = await derive(password, salt, iterations, keyBytes, hash)
  const storedKey = createHash(hash)
    .update(hmac(hash, salted, 'Client Key'))
    .digest()
  return { salt, iterations, storedKey, serverKey: hmac(hash, salted, 'Server Key') }
}

export function hmac(hash: ScramHash, key: Uint8Array, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}
