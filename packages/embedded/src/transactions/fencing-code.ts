import { errorCode } from '@headwater/protocol'
import type { Refusal } from '../cluster/refusal.ts'

/** PRODUCER_FENCED came with KIP-588; requests of older versions are told INVALID_PRODUCER_EPOCH. */
export function fencingCode(refusal: Refusal, version: number, fencedSince: number): number {
  if (refusal.code === 'PRODUCER_FENCED' && version < fencedSince) return errorCode.INVALID_PRODUCER_EPOCH
  return refusal.errorCode
}
