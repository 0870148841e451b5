import { Buffer } from 'node:buffer'

/** `version-traceid-parentid-flags` in lower-case hex; later versions may append fields. W3C Trace Context §3.2. */
const traceParent = /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/** Whether a text is a `traceparent` that a receiver would accept. */
export function isTraceParent(text: string): boolean {
  const match = traceParent.exec(text)
  // Version 00 is complete as it stands: something after the flags makes it another version's.
  return match !== null && (match[1] !== '00' || match[2] === undefined)
}

const stateKey = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/
const stateValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/** Whether a text is a `tracestate`: at most 32 members with distinct keys. W3C Trace Context §3.3. */
export function isTraceState(text: string): boolean {
  const members = text.split(',').map((each) => each.trim())
  const keys = members.filter((each) => each !== '').map((each) => each.slice(0, each.indexOf('=')))
  return (
    keys.length > 0 &&
    keys.length <= 32 &&
    new Set(keys).size === keys.length &&
    members.every((each) => each === '' || isStateMember(each))
  )
}

function isStateMember(member: string): boolean {
  const at = member.indexOf('=')
  return at > 0 && stateKey.test(member.slice(0, at)) && stateValue.test(member.slice(at + 1))
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const baggageValue = '[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*'
const baggageMember = new RegExp(
  `^${token}[ \\t]*=[ \\t]*${baggageValue}(?:[ \\t]*;[ \\t]*${token}(?:[ \\t]*=[ \\t]*${baggageValue})?)*$`,
)

/** Whether a text is a `baggage` within the limits that everyone must carry: 64 members, 8192 bytes. W3C Baggage §3. */
export function isBaggage(text: string): boolean {
  if (Buffer.byteLength(text) > 8192) return false
  const members = text.split(',').map((each) => each.trim())
  return members.length <= 64 && members.every((each) => baggageMember.test(each))
}
