import type { FastifyInstance } from 'fastify'
import { answer } from './create-server.ts'
import type { EmailGate } from './email-gate.ts'
import { takeEmail, type EmailIntakeParts } from './email-intake.ts'
import { refusal } from './intake-answer.ts'

/** Types that are certainly no raw mail: a sender that is set up for another interface. */
const otherTypes = /^(?:application\/json|multipart\/)/i

/**
 * `POST /channels/email`: one raw mail a request.
 *
 * @param isAllowed - asked before anything of the body is read.
 */
export function emailRoute(
  server: FastifyInstance,
  parts: EmailIntakeParts,
  isAllowed: NonNullable<EmailGate>,
): void {
  server.post(
    '/channels/email',
    {
      // Before the body is read: refusing costs no transfer.
      onRequest(request, reply, done) {
        if (!isAllowed(request.headers)) {
          const outcome = 'unauthorised'
          parts.metrics.onMessage({ channel: 'email', type: 'ingestion.email', outcome, durationSeconds: 0 })
          answer(reply, refusal(401, outcome, { code: 'UNAUTHORISED', message: 'not accepted' }))
          return
        }
        const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
        if (encoding === 'identity' && !otherTypes.test(type)) return done()
        const message = 'send the raw mail as it is, as message/rfc822 and without content-encoding'
        answer(reply, refusal(415, 'invalid', { code: 'UNSUPPORTED_MEDIA_TYPE', message }))
      },
    },
    async (request, reply) => {
      const startMs = performance.now()
      const done = await takeEmail(request, parts)
      request.messageId = done.messageId
      const durationMs = performance.now() - startMs
      const { type, outcome, messageIds } = done
      parts.metrics.onMessage({ channel: 'email', type, outcome, durationSeconds: durationMs / 1000 })
      parts.live?.onRequest({ channel: 'email', type, outcome, durationMs, messageIds })
      answer(reply, done)
      return reply
    },
  )
}
