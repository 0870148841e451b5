import { readFileSync } from 'node:fs'
import { systemClock, type Logger } from '@headwater/base'
import type { ProducerStats } from '@headwater/producer'
import type { FastifyInstance } from 'fastify'
import { answer } from '../create-server.ts'
import { describeFailure } from '../describe-failure.ts'
import { refusal } from '../intake-answer.ts'
import type { LiveControls } from './live-controls.ts'
import type { LiveRecorder } from './live-recorder.ts'
import { LiveStream } from './live-stream.ts'

/** What the live page needs. */
export interface LiveParts {
  readonly recorder: LiveRecorder
  readonly stats: () => ProducerStats
  /** Without it the page has no buttons, and orders are answered 404. */
  readonly controls?: LiveControls | undefined
  readonly logger: Logger
}

/** The files of the page, by path. */
const files = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/live/page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
  '/live/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/live/show-snapshot.js': { name: 'show-snapshot.js', type: 'text/javascript; charset=utf-8' },
  '/live/draw-chart.js': { name: 'draw-chart.js', type: 'text/javascript; charset=utf-8' },
  '/live/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
} as const

/** Everything from here, nothing inline, in nobody's frame. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A header that no page of another origin can send without asking first, and it is not allowed to. */
const orderHeader = 'x-headwater-order'

/** `GET /` (the page), `GET /live` (what it shows, as server-sent events), `POST /live/orders/<order>` (its buttons). */
export function liveRoutes(server: FastifyInstance, { recorder, stats, controls, logger }: LiveParts): void {
  for (const [path, { name, type }] of Object.entries(files)) {
    const body = readFileSync(new URL(`page/${name}`, import.meta.url))
    server.get(path, (_request, reply) => {
      void reply
        .type(type)
        .header('content-security-policy', contentSecurityPolicy)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .send(body)
    })
  }

  const read = (): string => JSON.stringify(recorder.snapshot({ stats, controls }))
  const stream = new LiveStream({ clock: systemClock, read })
  // Before the server waits for open connections: these would never end by themselves.
  server.addHook('preClose', (done) => {
    stream.close()
    done()
  })
  server.get('/live', { exposeHeadRoute: false }, (_request, reply) => {
    if (stream.full) {
      answer(reply, refusal(503, 'unavailable', { code: 'TOO_MANY_LISTENERS', message: 'come back later' }))
      return
    }
    reply.hijack()
    stream.add(reply.raw)
  })

  server.post<{ Params: { order: string } }>('/live/orders/:order', async (request, reply) => {
    const { order } = request.params
    if (controls?.actions().some((each) => each.order === order) !== true) {
      answer(reply, refusal(404, 'invalid', { code: 'NOT_FOUND', message: 'there is nothing here' }))
      return reply
    }
    if (request.headers[orderHeader] === undefined) {
      const message = `orders come from the live page, with the header ${orderHeader}`
      answer(reply, refusal(403, 'unauthorised', { code: 'NOT_THE_PAGE', message }))
      return reply
    }
    try {
      await controls.run(order)
    } catch (thrown) {
      logger.warn({ order, ...describeFailure(thrown) }, 'an order of the live page failed')
      const message = 'it could not be done; the log says why'
      answer(reply, refusal(409, 'failed', { code: 'ORDER_FAILED', message }))
      return reply
    }
    return await reply.code(204).send()
  })
}
