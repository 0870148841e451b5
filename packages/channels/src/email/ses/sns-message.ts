import { InvalidWebhookError } from '../../webhook/invalid-webhook-error.ts'
import { parseJson, textMember } from '../json-value.ts'

/** The kinds of message that SNS posts, and the members that each one's signature covers, in this order. */
const signedMembers = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const

/** What a message of SNS is about. */
type SnsMessageType = keyof typeof signedMembers

/** A message as SNS posts it. Nothing in it is true before its signature was checked. */
export interface SnsMessage {
  readonly type: SnsMessageType
  readonly topicArn: string
  readonly message: string
  readonly signatureVersion: string
  /** Base64. */
  readonly signature: string
  readonly signingCertUrl: string | undefined
  readonly subscribeUrl: string | undefined
  /** What the signature was made over. */
  readonly stringToSign: string
}

/**
 * Reads a message of SNS.
 *
 * @throws InvalidWebhookError
 */
export function readSnsMessage(raw: Uint8Array): SnsMessage {
  const body = parseJson(raw)
  if (body === undefined) throw new InvalidWebhookError('$', 'not JSON')
  const type = textMember(body, 'Type') ?? ''
  if (!isType(type)) throw new InvalidWebhookError('$.Type', 'no type of message that SNS sends')
  const required = (name: string): string => {
    const text = textMember(body, name)
    if (text === undefined) throw new InvalidWebhookError(`$.${name}`, 'missing, or no text')
    return text
  }
  const lines = signedMembers[type].flatMap((name) => {
    // Only a notification may go without its subject.
    const text = name === 'Subject' ? textMember(body, name) : required(name)
    return text === undefined ? [] : [`${name}\n${text}\n`]
  })
  return {
    type,
    topicArn: required('TopicArn'),
    message: required('Message'),
    signatureVersion: textMember(body, 'SignatureVersion') ?? '',
    signature: textMember(body, 'Signature') ?? '',
    signingCertUrl: textMember(body, 'SigningCertURL'),
    subscribeUrl: textMember(body, 'SubscribeURL'),
    stringToSign: lines.join(''),
  }
}

function isType(type: string): type is SnsMessageType {
  return Object.hasOwn(signedMembers, type)
}
