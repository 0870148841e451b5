import { Agent, request, type IncomingMessage } from 'node:http'
import { HeadwaterError } from '@headwater/base'
import type { Mail } from './mail.ts'

/** What the intake answered. */
export interface PostAnswer {
  readonly status: number
  /** Milliseconds that it asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined
  /** The body, parsed; `undefined` when it is no JSON. */
  readonly body: unknown
}

/** An answer that takes longer will not come; the intake's own bound is far below. */
const answerTimeoutMs = 30_000

/** Posts mails to an intake over connections that stay open. */
export class MailPoster {
  readonly #url: URL
  readonly #agent: Agent

  /** @param intakeUrl - base address of the intake. */
  constructor(intakeUrl: string, maxConnections: number) {
    this.#url = new URL('/channels/email', intakeUrl)
    this.#agent = new Agent({ keepAlive: true, maxSockets: maxConnections })
  }

  /** Posts one mail once. Rejects when there is no answer. */
  async post({ envelopeFrom, envelopeTo }: Mail, bytes: Uint8Array): Promise<PostAnswer> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(this.#url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'message/rfc822',
          'content-length': bytes.byteLength,
          'x-envelope-from': envelopeFrom,
          'x-envelope-to': envelopeTo,
        },
      })
      sent.once('response', resolve)
      sent.once('error', reject)
      sent.setTimeout(answerTimeoutMs, () => {
        const message = `the intake did not answer within ${answerTimeoutMs} ms`
        sent.destroy(new HeadwaterError('NO_ANSWER', message, { retriable: true }))
      })
      sent.end(bytes)
    })
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const seconds = Number(response.headers['retry-after'])
    return {
      status: response.statusCode ?? 0,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
      body: toJson(Buffer.concat(chunks).toString()),
    }
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy()
  }
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An answer that is no JSON is no receipt; its status tells the rest.
    return undefined
  }
}
