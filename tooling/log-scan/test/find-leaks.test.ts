import { describe, expect, it } from 'vitest'
import { findLeaks } from '../src/find-leaks.ts'
import { leakPatterns } from '../src/leak-pattern.ts'

const json = (fields: object): string => JSON.stringify({ level: 'warn', ...fields, msg: 'a message' })
const basic = Buffer.from('ada:lovelace').toString('base64')
const jwt = [`{"alg":"none"}`, `{"sub":"somebody"}`, 'x'].map((each) =>
  Buffer.from(each).toString('base64url'),
)

const leaky: readonly (readonly [kind: string, line: string])[] = [
  ['e-mail address', json({ from: 'Ada <ada@example.com>' })],
  ['e-mail address', json({ err: { message: 'no such user jörg@bücher.example' } })],
  ['telephone number', json({ to: '+49 170 0000001' })],
  ['telephone number', json({ err: { message: 'cannot reach +491700000001.' } })],
  ['telephone number', json({ wa: '491700000001' })],
  ['telephone number', json({ reason: 'message from 491700000001 is odd' })],
  ['authorization header', json({ authorization: 'x' })],
  ['authorization header', json({ err: { message: 'sent Authorization: Negotiate abc' } })],
  ['bearer token', json({ reason: 'refused Bearer abc.def.ghi' })],
  ['basic credentials', json({ reason: `refused Basic ${basic}` })],
  ['password', json({ sasl: { username: 'a', password: 'hunter2' } })],
  ['password', json({ err: { message: 'connect failed: user=a password=hunter2' } })],
  ['password', json({ url: 'https://hooks.example.com/in?api_key=abc123' })],
  ['URL with credentials', json({ url: 'http://ada:lovelace@127.0.0.1:8081' })],
  ['private key', json({ key_file: '-----BEGIN RSA PRIVATE KEY-----\nMIIE' })],
  ['certificate', json({ ca: '-----BEGIN CERTIFICATE-----\nMIIE' })],
  ['access key of AWS', json({ id: 'AKIAABCDEFGHIJKLMNOP' })],
  ['signed token', json({ reason: `expired: ${jwt.join('.')}` })],
  ['bytes', json({ data: Buffer.from('a payload') })],
  ['bytes', json({ data: '[bytes] a payload' })],
  ['record', json({ key: 'o-17' })],
  ['record', json({ err: { record: { topic: 'orders', value: 'abc' } } })],
  ['record', json({ err: { undelivered: ['a'] } })],
]

describe('findLeaks', () => {
  it.each(leaky)('finds %s in %s', (kind, line) => {
    expect(findLeaks(line, []).map((each) => each.kind)).toContain(kind)
  })

  it('has a line for each of its patterns', () => {
    const shown = new Set(leaky.map(([kind]) => kind))
    expect(leakPatterns.map(({ kind }) => kind).filter((kind) => !shown.has(kind))).toEqual([])
  })

  it.each([
    [
      'a path of a dependency',
      json({ err: { stack: 'at file:///x/node_modules/.pnpm/vite@8.3.8_@types+node@24.19.2/a.js:1:2' } }),
    ],
    [
      'an offset, a time and a producer id',
      json({ offset: '12345678901', time: 1_772_439_300_000, producerId: 1_000_000_000_001 }),
    ],
    ['an id', json({ message_id: '0190a3c4-1234-7abc-8def-491700000001' })],
    ['a broker', json({ err: { message: 'no connection to the broker at 127.0.0.1:45139' } })],
    [
      'a Kafka error',
      json({ err: { code: 'TOPIC_AUTHORIZATION_FAILED', message: 'TopicAuthorizationException' } }),
    ],
    ['words about tokens', json({ reason: 'the bearer token is missing; Basic authentication is off' })],
    ['what is left out', json({ password: '[redacted]' })],
    ['numbers under a name', json({ undelivered: 3, events: 2, records: 10 })],
  ])('finds nothing in %s', (_, line) => {
    expect(findLeaks(line, [])).toEqual([])
  })

  it('finds what the fixtures hold, as a word of its own', () => {
    const fixtures = [{ kind: 'secret of a fixture', value: 's3cret' }]
    expect(findLeaks(json({ reason: 'not (s3cret)' }), fixtures)).toHaveLength(1)
    expect(findLeaks(json({ reason: 'as3crets' }), fixtures)).toEqual([])
  })

  it('shows the place of a long line, without what it found', () => {
    const line = json({
      a: 'x'.repeat(5000),
      to: 'ada@example.com',
      b: 'ada@example.com',
      c: 'y'.repeat(5000),
    })
    const [leak] = findLeaks(line, [])
    expect(leak?.excerpt).toContain('"to":"<e-mail address>","b":"<e-mail address>"')
    expect(leak?.excerpt.length).toBeLessThanOrEqual(302)
  })
})
