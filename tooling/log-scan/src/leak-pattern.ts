/** One kind of thing that no log line may hold. */
export interface LeakPattern {
  /** What it is, as a finding says it. */
  readonly kind: string
  /** Finds it anywhere in a line; with the flag `g`. Group `value`, or all of it, is what the finding hides. */
  readonly pattern: RegExp
  /** Whether a match is one: for what a pattern alone cannot tell. */
  readonly holds?: ((value: string) => boolean) | undefined
}

/** What is looked for whatever the fixtures are. Each has lines of its own in the tests, that hit and that do not. */
export const leakPatterns: readonly LeakPattern[] = [
  {
    kind: 'e-mail address',
    // The last label is letters: `vite@8.3.8` of a path in a stack is none.
    pattern: /[\p{L}\d.!#$%&'*+/=?^_`{|}~-]+@(?:[\p{L}\d-]+\.)+\p{L}{2,}/gu,
    // `file:///…/node_modules/.pnpm/name@git+host.tld/…` and the like.
    holds: (value) => !value.includes('node_modules'),
  },
  { kind: 'telephone number', pattern: /(?<![\w+.-])\+\d[\d ()-]{7,17}\d(?!\w)/g },
  {
    kind: 'telephone number',
    // Bare digits are one where they are a whole text, or behind a word that says so; numbers of JSON are counts and times.
    pattern: /"(?!offset|lastOffset)(?<name>\w+)":"(?<value>\d{10,15})"/g,
  },
  {
    kind: 'telephone number',
    pattern: /\b(?:phone|tel|wa_id|whatsapp|from|to|recipient|sender)\b[^\w"]{1,3}(?<value>\d{10,15})\b/gi,
  },
  { kind: 'authorization header', pattern: /(?<!\w)authorization\\?["']?\s*[:=]\s*\S+/gi },
  {
    kind: 'bearer token',
    pattern: /\bbearer\s+(?<value>[A-Za-z0-9._~+/-]{6,}=*)/gi,
    holds: (value) => /\d|\.\w|[a-z][A-Z]/.test(value),
  },
  {
    kind: 'basic credentials',
    pattern: /\bbasic\s+(?<value>[A-Za-z0-9+/]{6,}={0,2})/gi,
    holds: (value) => /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1')),
  },
  {
    kind: 'password',
    pattern:
      /(?<!\w)\w*(?:password|passwd|passphrase|secret|token|api_?key|credentials?|signature)\\?"\s*:\s*\\?"(?<value>[^"\\]+)/gi,
    holds: isNotRedacted,
  },
  {
    kind: 'password',
    pattern:
      /(?<![\w-])(?:[\w-]*(?:password|passwd|passphrase|secret|token|api_?key|signature))=(?<value>[^\s"'&,;)]+)/gi,
    holds: isNotRedacted,
  },
  { kind: 'URL with credentials', pattern: /\b[a-z][a-z0-9+.-]*:\/\/(?<value>[^\s/"'@:]*:[^\s/"'@]+)@/gi },
  { kind: 'private key', pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[^"]*/g },
  { kind: 'certificate', pattern: /-----BEGIN CERTIFICATE-----[^"]*/g },
  { kind: 'access key of AWS', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { kind: 'signed token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g },
  { kind: 'bytes', pattern: /"\[bytes\] (?<value>[^"]*)|"type":"Buffer","data":\[(?<data>[^\]]*)/g },
  {
    kind: 'record',
    // Names under which records, mails and requests travel; a line about one has its own names for what it may say.
    pattern:
      /"(?:key|value|record|records|payload|body|headers|subject|deadLetter|undelivered|event)":(?<value>\{[^}]*|"[^"]*|\[[^\]]*)/g,
  },
]

function isNotRedacted(value: string): boolean {
  return !/^(?:\[redacted\]|\[Redacted\]|\*+|undefined|null)/.test(value)
}
