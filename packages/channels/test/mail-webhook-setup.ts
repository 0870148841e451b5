import { ManualClock } from '@headwater/base'
import type { EmailChannelOptions, EmailReceived, MailWebhook } from '../src/index.ts'
import { json, nowMs } from './email-setup.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'

/** A channel of a provider with all around it in memory. */
export interface MailWebhookSetup {
  readonly channel: MailWebhook
  readonly producer: MemoryProducer
  readonly claimCheck: MemoryClaimChecks
  readonly clock: ManualClock
  /** The payload of a record. */
  readonly payload: (index?: number) => EmailReceived
}

/** Opens a channel in memory; its clock stands at {@link nowMs}. */
export function setUpMailWebhook(open: (options: EmailChannelOptions) => MailWebhook): MailWebhookSetup {
  const producer = new MemoryProducer()
  const claimCheck = new MemoryClaimChecks()
  const clock = new ManualClock(nowMs)
  return {
    producer,
    claimCheck,
    clock,
    channel: open({ producer, claimCheck, clock, codec: json }),
    payload: (index = 0) =>
      (JSON.parse(String(producer.records[index]?.value)) as { readonly payload: EmailReceived }).payload,
  }
}
