import { isIPv6 } from 'node:net'
import { ChannelError } from '../channel-error.ts'
import { plainAddress } from '../plain-address.ts'
import type { FormRateLimit } from './web-form-channel-options.ts'

/** Decides whether an address may submit now. */
export interface AddressBudget {
  /** Takes one submission off; else the milliseconds until there is one again. */
  spend(
    address: string,
    nowMs: number,
  ): { readonly ok: true } | { readonly ok: false; readonly waitMs: number }
}

interface Bucket {
  tokens: number
  atMs: number
}

/**
 * A token bucket an address, for as many addresses as are remembered. A network of IPv6 is one address (/64): whoever has
 * one has all of it.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`
 */
export function createAddressBudget(limit: FormRateLimit): AddressBudget {
  const { perMinute = 10, burst = 10, maxAddresses = 10_000 } = limit
  for (const [name, value] of Object.entries({ perMinute, burst, maxAddresses })) {
    if (Number.isFinite(value) && value >= 1) continue
    throw new ChannelError('INVALID_CHANNEL_OPTION', `rateLimit.${name} is not a number of 1 or more`)
  }
  const perMs = perMinute / 60_000
  // A Map keeps the order of insertion, and every use inserts anew: the first is the one that was idle longest.
  const buckets = new Map<string, Bucket>()
  return {
    spend(address, nowMs) {
      const name = networkOf(address)
      const bucket = buckets.get(name) ?? { tokens: burst, atMs: nowMs }
      buckets.delete(name)
      buckets.set(name, bucket)
      if (buckets.size > maxAddresses) buckets.delete(buckets.keys().next().value!)
      // A clock that jumps back fills nothing.
      bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * perMs)
      bucket.atMs = nowMs
      if (bucket.tokens < 1) return { ok: false, waitMs: Math.ceil((1 - bucket.tokens) / perMs) }
      bucket.tokens -= 1
      return { ok: true }
    },
  }
}

/** The part of an address that belongs to one customer: all of IPv4, the first 64 bits of IPv6. */
export function networkOf(address: string): string {
  const bare = plainAddress(address).replace(/%.*$/, '')
  if (!isIPv6(bare)) return bare
  const [head = '', tail] = bare.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
