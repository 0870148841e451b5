import type { Clock } from '@headwater/base'
import { delay } from '../cluster/delay.ts'
import type { Life } from '../cluster/life.ts'
import type { FaultAction } from './fault-action.ts'
import type { FaultPlan, FaultSubject, Faults } from './faults.ts'
import type { Injected } from './injected.ts'

/** What the way of a request needs from those who receive, handle and send. */
export interface RequestRun {
  readonly faults: Faults
  readonly clock: Clock
  readonly subject: FaultSubject
  /** Whether the handler asks {@link Injected} for each of its entries. */
  readonly scoped: boolean
  /** The broker's life: a late request arrives even if its client has hung up, but not at a broker that stopped. */
  readonly brokerLife: Life
  /** Waits while the broker is frozen. */
  thawed(): Promise<void>
  apply(injected: Injected): Promise<unknown>
  fail(code: number, injected: Injected): unknown
  send(response: unknown, cutAfterBytes: number | undefined): Promise<void>
  cut(): void
}

/**
 * The way of every request, with the points at which a fault can step in:
 *
 * ```
 * received -> delayRequest, hold, loseRequest, reply
 *   applied -> holdBeforeReply, applyThenReply
 *     encoded -> loseResponse, delayResponse, cutResponseAfter
 *       sent -> throttle
 * ```
 *
 * A frozen broker holds requests where they are received and responses where they are encoded.
 */
export async function runRequest(run: RequestRun): Promise<void> {
  await run.thawed()
  if (run.brokerLife.ended) return
  const plan = run.faults.plan(run.subject)
  await wait(run, plan.actions, 'delayRequest', 'hold')
  if (run.brokerLife.ended) return
  if (has(plan.actions, 'loseRequest')) return run.cut()
  const response = await applied(run, plan)
  await wait(run, plan.actions, undefined, 'holdBeforeReply')
  await run.thawed()
  if (has(plan.actions, 'loseResponse')) return run.cut()
  await wait(run, plan.actions, 'delayResponse', undefined)
  if (run.brokerLife.ended) return
  const cut = plan.actions.find((action) => action.kind === 'cutResponseAfter')
  const throttle = plan.actions.find((action) => action.kind === 'throttle')
  if (throttle === undefined) return run.send(response, cut?.bytes)
  // A connection serves one request at a time, so that waiting here takes nothing more from it.
  const told = typeof response === 'object' ? { ...response, throttleTimeMs: throttle.ms } : response
  await run.send(told, cut?.bytes)
  await delay(run.clock, throttle.ms, run.brokerLife)
}

/** Handlers with entries mix ordered and real outcomes themselves; of others the whole response is replaced. */
async function applied(run: RequestRun, plan: FaultPlan): Promise<unknown> {
  if (run.scoped) return run.apply(plan)
  const refused = plan.refuse()
  if (refused !== 0) return run.fail(refused, plan)
  const response = await run.apply(plan)
  const amended = plan.amend()
  return amended === 0 ? response : run.fail(amended, plan)
}

async function wait(
  run: RequestRun,
  actions: readonly FaultAction[],
  delayKind: FaultAction['kind'] | undefined,
  gateKind: FaultAction['kind'] | undefined,
): Promise<void> {
  for (const action of actions) {
    if (action.kind === delayKind && 'ms' in action) await delay(run.clock, action.ms, run.brokerLife)
    if (action.kind === gateKind && 'gate' in action) await action.gate.pass()
  }
}

function has(actions: readonly FaultAction[], kind: FaultAction['kind']): boolean {
  return actions.some((action) => action.kind === kind)
}
