import { errorCode } from '@headwater/protocol'
import { coordinatorVerdict } from './coordinator-verdict.ts'

/** The code that decides about a request with many: one that ends it, else one that asks for another attempt. */
export function decisiveCode(codes: readonly number[]): number {
  const failed = codes.filter((code) => code !== errorCode.NONE)
  const final = failed.find((code) => !['again', 'find-again'].includes(coordinatorVerdict(code)))
  return final ?? failed[0] ?? errorCode.NONE
}
