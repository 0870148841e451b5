import type { KafkaErrorName } from '@headwater/protocol'
import type { Gate } from './gate.ts'

/** What a fault does; {@link runRequest} says when. */
export type FaultAction =
  | { readonly kind: 'pass' }
  | { readonly kind: 'reply'; readonly error: KafkaErrorName }
  | { readonly kind: 'applyThenReply'; readonly error: KafkaErrorName }
  | { readonly kind: 'loseRequest' }
  | { readonly kind: 'loseResponse' }
  | { readonly kind: 'delayRequest'; readonly ms: number }
  | { readonly kind: 'delayResponse'; readonly ms: number }
  | { readonly kind: 'throttle'; readonly ms: number }
  | { readonly kind: 'cutResponseAfter'; readonly bytes: number }
  | { readonly kind: 'hold'; readonly gate: Gate }
  | { readonly kind: 'holdBeforeReply'; readonly gate: Gate }

/** The action in words, for the journal. */
export function describeAction(action: FaultAction): string {
  if ('error' in action) return `${action.kind} ${action.error}`
  if ('ms' in action) return `${action.kind} ${action.ms} ms`
  if ('bytes' in action) return `${action.kind} ${action.bytes} bytes`
  return action.kind
}
