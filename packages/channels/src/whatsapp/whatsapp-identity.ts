import { identityDigest } from '../identity-digest.ts'

/** Part of every digest: another way to make ids must not meet this one's. */
const version = 'headwater.whatsapp.1'

/** What makes an inbound message the message it is. */
interface MessageIdentity {
  readonly phoneNumberId: string | null
  readonly wamid: string
  /** The sender's id or number. */
  readonly sender: string | null
  readonly groupId: string | null
  readonly type: string
}

/**
 * The id of a message. A `wamid` holds what the sender's own app made up, so it counts only together with the sender
 * and the business number; the type is in it since an edit must never pass as its original.
 */
export function whatsAppMessageId({ phoneNumberId, wamid, sender, groupId, type }: MessageIdentity): string {
  return identityDigest([version, 'message', phoneNumberId, wamid, sender, groupId, type])
}

/** What makes a status the status it is. */
interface StatusIdentity {
  readonly phoneNumberId: string | null
  readonly wamid: string
  readonly status: string
  readonly occurredAtMs: number | null
  /** In a group every member has statuses of their own. */
  readonly recipients: readonly (string | null)[]
}

/** The id of a status: one message has several. */
export function whatsAppStatusId({
  phoneNumberId,
  wamid,
  status,
  occurredAtMs,
  recipients,
}: StatusIdentity): string {
  const at = occurredAtMs === null ? null : String(occurredAtMs)
  return identityDigest([version, 'status', phoneNumberId, wamid, status, at, ...recipients])
}

/** The id of what has none: its place among the kinds, whom it is about, and every character of it. */
export function whatsAppTextId(
  kind: 'notice' | 'unreadable',
  about: readonly (string | null)[],
  text: string,
): string {
  return identityDigest([version, kind, ...about, text])
}
