import { describe, expect, it } from 'vitest'
import { drawTrace } from '../src/draw-trace.ts'
import { normaliseTrace } from '../src/normalise-trace.ts'
import type { OtlpSpan, OtlpTrace } from '../src/otlp-trace.ts'

function span(spanId: string, times: readonly [number, number], fields: Partial<OtlpSpan> = {}): OtlpSpan {
  const [startTimeUnixNano, endTimeUnixNano] = times.map(String) as [string, string]
  const name = `span ${spanId}`
  const rest = { name, kind: 1, attributes: [], links: [], status: { code: 0 } }
  return { traceId: 't', spanId, startTimeUnixNano, endTimeUnixNano, ...rest, ...fields }
}

function traceOf(spans: readonly OtlpSpan[]): OtlpTrace {
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }]
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 's' }, spans }] }] }
}

describe('normaliseTrace', () => {
  it('keeps who lies in whom and what comes first, and nothing of when it was', () => {
    const port = { key: 'server.port', value: { intValue: 4711 } }
    const spans = (from: number, ids: readonly [string, string, string, string]) => [
      span(ids[1], [from + 20, from + 70], { parentSpanId: ids[0] }),
      span(ids[2], [from + 10, from + 15], { parentSpanId: ids[0] }),
      span(ids[0], [from, from + 90], { attributes: [port] }),
      span(ids[3], [from + 30, from + 40], {
        parentSpanId: ids[1],
        kind: 5,
        links: [{ traceId: 't', spanId: ids[1] }],
      }),
    ]
    const [one, other] = [
      normaliseTrace(traceOf(spans(1000, ['a', 'b', 'c', 'd']))),
      spans(5000, ['d', 'c', 'b', 'a']),
    ]
    const found = one.resourceSpans[0]!.scopeSpans[0]!.spans
    expect(found.map(({ spanId, parentSpanId }) => [Number(spanId), Number(parentSpanId ?? 0)])).toEqual([
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 3],
    ])
    expect(
      found.map(({ startTimeUnixNano, endTimeUnixNano }) => [startTimeUnixNano, endTimeUnixNano].map(tick)),
    ).toEqual([
      [0, 5],
      [1, 2],
      [3, 4],
      [6, 7],
    ])
    expect(found[0]?.attributes).toEqual([{ key: 'server.port', value: { intValue: 8080 } }])
    const renamed = normaliseTrace(traceOf(other)).resourceSpans[0]!.scopeSpans[0]!.spans
    const unnamed = (each: OtlpSpan) => ({ ...each, name: '' })
    expect(renamed.map(unnamed)).toEqual(found.map(unnamed))
  })
})

describe('drawTrace', () => {
  it('shows the tree, the service, the kind and the facts of each span', () => {
    const failed = [{ key: 'error.type', value: { stringValue: 'LINK_CLOSED' } }]
    const drawn = drawTrace(
      traceOf([
        span('1', [0, 9], { kind: 2 }),
        span('2', [1, 2], { parentSpanId: '1', kind: 3, attributes: failed }),
        span('3', [3, 4], { parentSpanId: '1', kind: 5, links: [{ traceId: 't', spanId: '0002' }] }),
      ]),
    )
    expect(drawn.split('\n')).toEqual([
      'span 1     shop  SERVER',
      '├─ span 2  shop  CLIENT    LINK_CLOSED',
      '└─ span 3  shop  CONSUMER  link to span 2',
    ])
  })
})

function tick(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n - 1_767_225_600_000n)
}
