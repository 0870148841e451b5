import { channel, type Channel } from 'node:diagnostics_channel'
import type { ProducerHooks } from '../hooks.ts'

/** The name of the `node:diagnostics_channel` on which each hook's argument is published. */
export const hookChannelNames: Readonly<Record<keyof ProducerHooks, string>> = {
  onSend: 'headwater:producer:send',
  onReplay: 'headwater:producer:replay',
  onSettled: 'headwater:producer:settled',
  onBatchSent: 'headwater:producer:batch-sent',
  onRetry: 'headwater:producer:retry',
  onThrottle: 'headwater:producer:throttle',
  onBatchingPoor: 'headwater:producer:batching-poor',
  onSpool: 'headwater:producer:spool',
  onTransaction: 'headwater:producer:transaction',
  onProducerIdRenewed: 'headwater:producer:producer-id-renewed',
  onBufferFull: 'headwater:producer:buffer-full',
  onStateChange: 'headwater:producer:state-change',
}

/** The channels, made once: Node keeps one a name, and who subscribes by the name gets these. */
export const hookChannels: Readonly<Record<keyof ProducerHooks, Channel>> = Object.fromEntries(
  Object.entries(hookChannelNames).map(([hook, name]) => [hook, channel(name)]),
) as Record<keyof ProducerHooks, Channel>
