import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const folder = new URL('../.cache/', import.meta.url)
const [, setUp = ''] =
  /```ts\n([^]*?)```/.exec(readFileSync(new URL('../../../docs/tracing.md', import.meta.url), 'utf8')) ?? []

/** A program that is started with the set-up of docs/tracing.md. */
const program = `
import { context, propagation, trace } from '@opentelemetry/api'
const span = trace.getTracer('program').startSpan('work')
const carrier = {}
propagation.inject(trace.setSpan(context.active(), span), carrier)
span.end()
await trace.getTracerProvider().getDelegate().forceFlush()
console.log(Object.keys(carrier).join())
`

it('exports spans and writes their context when a process is started with the set-up of docs/tracing.md', async () => {
  const paths: (string | undefined)[] = []
  const collector = createServer((request, response) => {
    paths.push(request.url)
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'))
  })
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve)
  })
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(new URL('tracing.ts', folder), setUp)
    writeFileSync(new URL('server.ts', folder), program)
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', new URL('tracing.ts', folder).href, fileURLToPath(new URL('server.ts', folder))],
      { env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } },
    )
    expect(stdout.trim()).toBe('traceparent')
    expect(paths).toEqual(['/v1/traces'])
  } finally {
    collector.closeAllConnections()
    collector.close()
  }
})
