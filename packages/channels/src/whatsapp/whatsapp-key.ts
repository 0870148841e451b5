import { recordKey } from '../record-key.ts'
import type { WhatsAppMessage } from './whatsapp-message.ts'

/**
 * The record key: business number, and the conversation on it. A group is one conversation; else it is the person, by
 * the id that Meta gives them for this business, or by their number. Statuses stand with the messages of those who
 * got them. A change of identity stands with the messages before it.
 *
 * @param hmacSecret - makes the key unreadable to whoever lists records: hex HMAC-SHA256 instead of numbers.
 */
export function whatsAppKey(message: WhatsAppMessage, hmacSecret?: string | Uint8Array): string {
  const { payload } = message
  const number = payload.phone_number_id ?? payload.waba_id ?? ''
  return recordKey(`${number}:${conversationOf(message)}`, hmacSecret)
}

function conversationOf({ message_type, payload }: WhatsAppMessage): string {
  switch (message_type) {
    case 'whatsapp_received': {
      const { group_id, from_user_id, from, identity_change: change, wamid } = payload
      return (
        group_id ??
        from_user_id ??
        from ??
        change?.previous_user_id ??
        change?.current_user_id ??
        `message:${wamid}`
      )
    }
    case 'whatsapp_status': {
      const { recipient_type, recipient_id, recipient_user_id, wamid } = payload
      const group = recipient_type === 'group' ? recipient_id : null
      return group ?? recipient_user_id ?? recipient_id ?? `message:${wamid}`
    }
    case 'whatsapp_notice': {
      const change = payload.identity_change
      return change?.previous_user_id ?? change?.previous_wa_id ?? `notice:${payload.field}`
    }
  }
}
