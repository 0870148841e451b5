import { describe, expect, it } from 'vitest'
import type { Mail } from '../src/mail.ts'
import type { PostAnswer } from '../src/mail-poster.ts'
import { sendMail, type SendContext } from '../src/send-mail.ts'

const mail: Mail = {
  number: 1,
  sender: 'a@example.org',
  envelopeFrom: 'a@example.org',
  envelopeTo: 'b@example.org',
  bytes: () => Buffer.from('From: a@example.org\r\n\r\n'),
}
const stored = { kind: 'published', topic: 'raw', partition: 2, offset: '9007199254740993', message_id: 'x' }
const accepted: PostAnswer = { status: 202, retryAfterMs: undefined, body: stored }
const later: PostAnswer = {
  status: 503,
  retryAfterMs: 1,
  body: { error: { code: 'TIMED_OUT', message: 'wait' } },
}

/** An intake that gives these answers, one a post. */
function answering(...answers: readonly (PostAnswer | Error)[]): SendContext & { posted: Uint8Array[] } {
  const posted: Uint8Array[] = []
  let ticks = 0
  const post = (_mail: Mail, bytes: Uint8Array): Promise<PostAnswer> => {
    const answer = answers[Math.min(posted.push(bytes), answers.length) - 1]
    return answer === undefined || answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }
  return { posted, poster: { post }, tick: () => ++ticks, signal: new AbortController().signal }
}

describe('sendMail', () => {
  it('keeps where a 202 says that the mail is, however large the offset', async () => {
    const send = await sendMail(mail, answering(accepted))
    expect(send).toMatchObject({ attempts: 1, startedAt: 1 })
    expect(send.outcome).toEqual({
      kind: 'acknowledged',
      placement: { topic: 'raw', partition: 2, offset: 9007199254740993n },
      acknowledgedAt: 2,
      deadLettered: false,
    })
  })

  it('posts the same bytes again after a 503 and after no answer', async () => {
    const context = answering(later, Object.assign(new Error('reset'), { code: 'ECONNRESET' }), accepted)
    const send = await sendMail(mail, context)
    expect(send).toMatchObject({ attempts: 3, startedAt: 1, outcome: { kind: 'acknowledged' } })
    expect(new Set(context.posted.map(String)).size).toBe(1)
  })

  it('gives up after five attempts, with the last reason', async () => {
    const context = answering(later)
    const { outcome } = await sendMail(mail, context)
    expect(context.posted).toHaveLength(5)
    expect(outcome).toEqual({ kind: 'unanswered', reason: '503: TIMED_OUT, wait' })
  })

  it('takes a refusal of the mail as the last word', async () => {
    const context = answering({ status: 413, retryAfterMs: undefined, body: undefined })
    expect((await sendMail(mail, context)).outcome).toEqual({
      kind: 'refused',
      reason: '413: no reason given',
    })
    expect(context.posted).toHaveLength(1)
  })

  it('does not believe a 202 that does not say where', async () => {
    const { outcome } = await sendMail(mail, answering({ ...accepted, retryAfterMs: 1, body: {} }))
    expect(outcome.kind).toBe('unanswered')
  })

  it('ends with the run', async () => {
    const stop = new AbortController()
    const sending = sendMail(mail, { ...answering({ ...later, retryAfterMs: 60_000 }), signal: stop.signal })
    stop.abort()
    await expect(sending).rejects.toThrow('aborted')
  })
})
