import {
  flag,
  formNames,
  httpUrl,
  integer,
  list,
  networks,
  origins,
  pattern,
  sendGridKey,
  snsTopicArns,
  text,
} from './value-kinds.ts'
import type { VariableTable } from './variable.ts'

/** The HTTP intake. */
export interface IntakeSettings {
  /** Address that the intake listens on. */
  readonly host: string
  /** Port that the intake listens on; 0 takes any free one. */
  readonly port: number
  /** How long a sender waits until its message is in Kafka, or is told to come back. */
  readonly ackTimeoutMs: number
  /** Bytes of the largest request. */
  readonly maxBodyBytes: number
  /** Folder for attachments that are too large for a record; without it such a message is refused. */
  readonly claimCheckDir?: string
  /** Attachments above this many bytes go to {@link IntakeSettings.claimCheckDir}. */
  readonly attachmentThresholdBytes: number
  /** Folder where messages wait while Kafka is away; without it senders are told to come back. */
  readonly spoolDir?: string
  /** How many messages are remembered, so that one that a provider sends again is not published again; 0: none. */
  readonly duplicatesRemembered: number
  /** Proxies whose word about the sender's address counts: addresses or networks. */
  readonly trustedProxies?: readonly string[]
  /** Whether `/` shows operators what comes in. */
  readonly live: boolean
}

export const intakeVariables: VariableTable<IntakeSettings> = {
  host: {
    name: 'INTAKE_HOST',
    kind: pattern('a host name or IP address', /^[a-zA-Z0-9.:_-]{1,253}$/),
    meaning: 'Address that the intake listens on.',
  },
  port: {
    name: 'INTAKE_PORT',
    kind: integer(0, 65535),
    default: '8080',
    meaning: 'Port that the intake listens on; 0 takes any free one.',
  },
  ackTimeoutMs: {
    name: 'INTAKE_ACK_TIMEOUT_MS',
    kind: integer(1, 600000),
    default: '5000',
    meaning: 'Milliseconds that a sender waits for Kafka before it is told to try again.',
  },
  maxBodyBytes: {
    name: 'INTAKE_MAX_BODY_BYTES',
    kind: integer(1),
    default: '31457280',
    meaning: 'Bytes of the largest request; mail services forward up to 30 MiB.',
  },
  claimCheckDir: {
    name: 'INTAKE_CLAIM_CHECK_DIR',
    kind: text('path of a folder', 4096),
    meaning: 'Folder for attachments that are too large for a record.',
  },
  attachmentThresholdBytes: {
    name: 'INTAKE_ATTACHMENT_THRESHOLD_BYTES',
    kind: integer(0),
    default: '524288',
    meaning: 'Bytes above which an attachment goes to that folder.',
  },
  spoolDir: {
    name: 'INTAKE_SPOOL_DIR',
    kind: text('path of a folder', 4096),
    meaning: 'Folder where messages wait while Kafka is away; without it senders are told to come back.',
  },
  duplicatesRemembered: {
    name: 'INTAKE_DUPLICATES_REMEMBERED',
    kind: integer(0, 10000000),
    default: '50000',
    meaning: 'Webhook messages that are remembered for seven days and not published twice; 0 remembers none.',
  },
  trustedProxies: {
    name: 'INTAKE_TRUSTED_PROXIES',
    kind: networks,
    meaning: 'Proxies, as addresses or networks, that say where a request came from (X-Forwarded-For).',
  },
  live: {
    name: 'INTAKE_LIVE',
    kind: flag,
    default: 'false',
    meaning: 'Shows what comes in on a page at /, to whoever reaches the port.',
  },
}

/** What the channels need to know that a message is genuine. */
export interface ChannelSettings {
  /** Keys of those who may post raw mails: one, or the old and the new while one is changed. */
  readonly emailApiKeys?: readonly string[]
  /** App secrets of the WhatsApp Business app: one, or the old and the new during a rotation. */
  readonly whatsAppAppSecrets?: readonly string[]
  /** What Meta shows when the webhook is subscribed. */
  readonly whatsAppVerifyToken?: string
  /** Signs Mailgun's webhooks. */
  readonly mailgunSigningKey?: string
  /** Verifies the requests of SendGrid's Inbound Parse; base64. */
  readonly sendGridPublicKey?: string
  /** Topics of SNS that mails of SES are taken from. */
  readonly snsTopicArns?: readonly string[]
  /** `user:password`, as Postmark puts it into the address of its webhook. */
  readonly postmarkBasicAuth?: string
  /** Names of the web forms that are taken. */
  readonly forms?: readonly string[]
  /** Origins of the pages that may submit them. */
  readonly formOrigins?: readonly string[]
  /** Where browsers go after a submission. */
  readonly formThanksUrl?: string
  /** Signs the tokens in pages. */
  readonly formTokenSecret?: string
  /** The field that people do not see. */
  readonly formHoneypotField?: string
  /** Submissions of one address in a minute. */
  readonly formRatePerMinute: number
}

export const channelVariables: VariableTable<ChannelSettings> = {
  emailApiKeys: {
    name: 'EMAIL_API_KEYS',
    kind: list('keys'),
    secret: true,
    meaning: 'Keys of those who may post raw mails; without one only this computer may.',
  },
  whatsAppAppSecrets: {
    name: 'WHATSAPP_APP_SECRET',
    kind: list('app secrets'),
    secret: true,
    meaning: 'App secret that signs WhatsApp webhooks; two during a rotation.',
  },
  whatsAppVerifyToken: {
    name: 'WHATSAPP_VERIFY_TOKEN',
    kind: text('text'),
    secret: true,
    meaning: 'Token that Meta shows when the webhook is registered.',
  },
  mailgunSigningKey: {
    name: 'MAILGUN_SIGNING_KEY',
    kind: text('text'),
    secret: true,
    meaning: 'Key that signs Mailgun webhooks.',
  },
  sendGridPublicKey: {
    name: 'SENDGRID_PARSE_PUBLIC_KEY',
    kind: sendGridKey,
    meaning: 'Public key that verifies SendGrid Inbound Parse requests.',
  },
  snsTopicArns: {
    name: 'SNS_TOPIC_ARNS',
    kind: snsTopicArns,
    meaning: 'SNS topics from which SES mail is taken.',
  },
  postmarkBasicAuth: {
    name: 'POSTMARK_BASIC_AUTH',
    kind: pattern('user:password', /^[^:]+:.+$/),
    secret: true,
    meaning: 'User and password that Postmark sends along.',
  },
  forms: {
    name: 'WEB_FORMS',
    kind: formNames,
    meaning: 'Web forms that are taken, each at /channels/forms/<name>.',
  },
  formOrigins: {
    name: 'WEB_FORM_ORIGINS',
    kind: origins,
    meaning: 'Origins of the pages that may submit forms, such as https://www.example.com.',
  },
  formThanksUrl: {
    name: 'WEB_FORM_THANKS_URL',
    kind: httpUrl('https://www.example.com/thanks'),
    meaning: 'Page that browsers are sent to after a submission.',
  },
  formTokenSecret: {
    name: 'WEB_FORM_TOKEN_SECRET',
    kind: text('text'),
    secret: true,
    meaning: 'Signs the tokens of pages, which show how long a form took to fill in.',
  },
  formHoneypotField: {
    name: 'WEB_FORM_HONEYPOT_FIELD',
    kind: text('name of a field', 100),
    meaning: 'Field that people do not see and programs fill in.',
  },
  formRatePerMinute: {
    name: 'WEB_FORM_RATE_PER_MINUTE',
    kind: integer(1, 100000),
    default: '30',
    meaning: 'Submissions of one address in a minute.',
  },
}
