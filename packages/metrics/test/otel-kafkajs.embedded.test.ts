import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SpanKind } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const ours = '@headwater/metrics'
const theirs = '@opentelemetry/instrumentation-kafkajs'

interface Traced {
  readonly name: string
  readonly kind: SpanKind
  readonly scope: string
  readonly spanId: string
  readonly parent?: string
}

interface Found {
  readonly traced: readonly Traced[]
  readonly ours: readonly (readonly string[])[]
  readonly theirs: readonly (readonly string[])[]
}

describe('otelTracing beside @opentelemetry/instrumentation-kafkajs', () => {
  it('traces our sends alone and once, and leaves kafkajs clients to their own instrumentation', async () => {
    const setup = new URL('./otel-kafkajs-setup.ts', import.meta.url)
    const program = fileURLToPath(new URL('./otel-kafkajs-process.ts', import.meta.url))
    const { stdout } = await run(process.execPath, ['--import', setup.href, program])
    const found = JSON.parse(stdout) as Found
    const of = (name: string, kind: SpanKind) =>
      found.traced.filter((span) => span.name === name && span.kind === kind)
    const idIn = ([header, ...others]: readonly string[]) =>
      others.length > 0 ? others : header?.split('-')[2]

    const sends = of('send ours', SpanKind.PRODUCER)
    expect(sends.map(({ scope }) => scope)).toEqual([ours, ours])
    expect(found.ours.map(idIn)).toEqual(sends.map(({ spanId }) => spanId))
    expect(of('process ours', SpanKind.CONSUMER).map(({ scope, parent }) => [scope, parent])).toEqual(
      sends.map(({ spanId }) => [theirs, spanId]),
    )

    const [other, ...more] = of('send theirs', SpanKind.PRODUCER)
    expect(more).toEqual([])
    expect(other?.scope).toBe(theirs)
    expect(found.theirs.map(idIn)).toEqual([other?.spanId])
    expect(of('process theirs', SpanKind.CONSUMER)).toMatchObject([{ scope: theirs, parent: other?.spanId }])
    expect(
      found.traced.filter(({ kind }) => kind === SpanKind.CLIENT).every(({ scope }) => scope === ours),
    ).toBe(true)
  })
})
