import { createHash } from 'node:crypto'
import type { ClaimCheckStore } from '../src/index.ts'

/** A store that keeps bytes in a map; `failWith` makes it refuse. */
export class MemoryClaimChecks implements ClaimCheckStore {
  readonly kept: Map<string, Uint8Array> = new Map()
  failWith: Error | undefined

  async put(bytes: Uint8Array): ReturnType<ClaimCheckStore['put']> {
    if (this.failWith !== undefined) throw this.failWith
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    this.kept.set(`memory:${sha256}`, bytes)
    return { uri: `memory:${sha256}`, sha256, size: bytes.byteLength }
  }

  async get(uri: string): Promise<Uint8Array> {
    const bytes = this.kept.get(uri)
    if (bytes === undefined) throw new Error(`nothing is kept as ${uri}`)
    return bytes
  }
}
