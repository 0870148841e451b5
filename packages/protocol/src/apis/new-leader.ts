import { optional } from '../wire/field.ts'
import { int32, nullableString, string } from '../wire/primitives.ts'
import { struct } from '../wire/struct.ts'

/** With an error that says "not the leader", a broker names the leader that it knows of (KIP-951). */
export const leaderIdAndEpoch = struct({ leaderId: int32, leaderEpoch: int32 })

/** No leader named. */
export const noLeader = Object.freeze({ leaderId: -1, leaderEpoch: -1 })

/** Where that leader listens. */
export const nodeEndpoint = struct({
  nodeId: int32,
  host: string,
  port: int32,
  rack: optional(nullableString),
})
