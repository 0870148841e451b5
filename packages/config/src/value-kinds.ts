import { createPublicKey } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'
import * as z from 'zod/mini'
import type { ValueKind } from './variable.ts'

/** A whole number within two bounds, both included. */
export function integer(minimum: number, maximum: number = 2147483647): ValueKind<number> {
  return {
    type: `integer, ${minimum} to ${maximum}`,
    wanted: `a whole number from ${minimum} to ${maximum}, digits only`,
    schema: z.pipe(
      z.string().check(z.regex(/^\d{1,15}$/, 'is not a whole number')),
      z.pipe(
        z.transform(Number),
        z
          .number()
          .check(z.minimum(minimum, `is below ${minimum}`), z.maximum(maximum, `is above ${maximum}`)),
      ),
    ),
  }
}

/** One of a few words, in any case; the value is what the table says. */
export function choice<const Value>(choices: Readonly<Record<string, Value>>): ValueKind<Value> {
  const names = Object.keys(choices)
  const byLowerCase = new Map(names.map((name) => [name.toLowerCase(), choices[name] as Value]))
  return {
    type: names.map((name) => `\`${name}\``).join(', '),
    wanted: `one of ${names.join(', ')}`,
    schema: z.pipe(
      z.string(),
      z.transform((text: string, context) => {
        const key = text.toLowerCase()
        if (byLowerCase.has(key)) return byLowerCase.get(key) as Value
        context.issues.push({ code: 'custom', message: `is not one of ${names.join(', ')}`, input: text })
        return z.NEVER
      }),
    ),
  }
}

/** A switch. */
export const flag: ValueKind<boolean> = choice({ true: true, false: false })

/** Any text within a length. */
export function text(description: string, maximum: number = 1000): ValueKind<string> {
  return {
    type: description,
    wanted: `${description} of at most ${maximum} characters`,
    schema: z.string().check(z.maxLength(maximum, `is longer than ${maximum} characters`)),
  }
}

/** Text that a pattern describes in full. */
export function pattern(
  description: string,
  expression: RegExp,
  type: string = description,
): ValueKind<string> {
  return {
    type,
    wanted: description,
    schema: z.string().check(z.regex(expression, `is not ${description}`)),
  }
}

/** What each part of a list has to be. */
interface ListPart {
  readonly accepts: (part: string) => boolean
  /** What is said of a list with a part that is not. */
  readonly problem: string
  readonly example: string
}

/** Several texts separated by commas, or one a line as files have them, without white space around each and without empty ones. */
export function list(description: string, part?: ListPart): ValueKind<readonly string[]> {
  const { accepts, problem, example }: ListPart = part ?? {
    accepts: () => true,
    problem: '',
    example: '',
  }
  return {
    type: `${description}, separated by commas or line breaks`,
    wanted: `${description}${example}, separated by commas`,
    schema: z.pipe(
      z.pipe(
        z.string(),
        z.transform((value: string) =>
          [...new Set(value.split(/[,\r\n]/).map((part) => part.trim()))].filter(Boolean),
        ),
      ),
      z.array(z.string()).check(
        z.minLength(1, 'lists nothing'),
        z.refine((parts) => parts.every(accepts), problem),
      ),
    ),
  }
}

/** Origins of web pages (HTML §7.1.1): scheme, host and port, with no slash at the end. No page's origin has a `*` in it. */
export const origins: ValueKind<readonly string[]> = list('origins', {
  accepts: (part) => URL.parse(part)?.origin === part && !part.includes('*'),
  problem: 'lists what is no origin',
  example: ' such as https://www.example.com, each one in full, without a slash at the end or a path',
})

/** Topics of SNS: one that is misspelt would have every mail of its topic refused, for good. */
export const snsTopicArns: ValueKind<readonly string[]> = list('ARNs', {
  accepts: (part) => /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/.test(part),
  problem: 'lists what is no ARN of an SNS topic',
  example: ' of SNS topics such as arn:aws:sns:eu-central-1:123456789012:mails',
})

/** Names for networks that the server knows beside addresses. */
const namedNetworks: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal'])

/** Addresses, and networks with the length of their prefix or, of IPv4, their mask. */
export const networks: ValueKind<readonly string[]> = list('addresses', {
  accepts(part) {
    const [address = '', size, ...more] = part.split('/')
    const family = isIP(address)
    if (size === undefined || family === 0) return family !== 0 || namedNetworks.has(part)
    const isLength = /^\d{1,3}$/.test(size) && Number(size) <= (family === 4 ? 32 : 128)
    return more.length === 0 && (isLength || (family === 4 && isIPv4(size)))
  },
  problem: 'lists what is no address and no network',
  example: ' or networks such as 10.0.0.0/8',
})

/** The key of SendGrid's security policy, as its page shows it, or in PEM. */
export const sendGridKey: ValueKind<string> = {
  type: 'base64 text',
  wanted: 'the public key as the security policy at SendGrid shows it, base64 that begins with MFkw',
  schema: z.string().check(z.refine(isPublicKeyOnCurve, 'is no public key on an elliptic curve')),
}

function isPublicKeyOnCurve(text: string): boolean {
  try {
    const key = text.includes('-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ec'
  } catch {
    // What is wrong with the bytes helps nobody who has pasted the wrong text.
    return false
  }
}

/** Names that stand in the path of a URL; a router would read `*` as "any name". */
export const formNames: ValueKind<readonly string[]> = list('names of forms', {
  accepts: (part) => !part.includes('*'),
  problem: 'lists a name with a * in it',
  example: ' without a * in them',
})

/** A topic's name by Kafka's own rules (`org.apache.kafka.common.internals.Topic`). */
export const topicName: ValueKind<string> = pattern(
  'a topic name (1 to 249 of the characters a-z A-Z 0-9 . _ -, neither "." nor "..")',
  /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/,
  'topic name',
)

/** An HTTP address without credentials in it, for those would show in logs and process lists. */
export function httpUrl(example: string): ValueKind<string> {
  return {
    type: 'http or https URL',
    wanted: `an address such as ${example}, without user and password in it`,
    schema: z.pipe(
      z.string(),
      z.transform((value: string, context) => {
        const url = URL.canParse(value) ? new URL(value) : undefined
        const message =
          url === undefined || !/^https?:$/.test(url.protocol)
            ? 'is not an http or https URL'
            : url.username !== '' || url.password !== ''
              ? 'carries a user or a password inside the URL'
              : undefined
        if (message === undefined) return value.replace(/\/+$/, '')
        context.issues.push({ code: 'custom', message, input: value })
        return z.NEVER
      }),
    ),
  }
}
