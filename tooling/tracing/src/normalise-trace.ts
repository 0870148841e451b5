import {
  childrenOf,
  clientKind,
  consumerKind,
  spansOf,
  type OtlpAttribute,
  type OtlpSpan,
  type OtlpTrace,
} from './otlp-trace.ts'

/** Ports are whatever was free: those of who is asked, and of the brokers that a client asks. */
const stableValues: Readonly<Record<string, OtlpAttribute['value']>> = {
  'network.peer.port': { intValue: 50000 },
  'server.port': { intValue: 8080 },
}
const stableValuesOfClients: typeof stableValues = { ...stableValues, 'server.port': { intValue: 9092 } }

/** 2026-01-01T00:00:00Z: any moment would do. */
const startMs = 1_767_225_600_000

/**
 * The same trace wherever and whenever it was recorded: ids count the spans in their order, and each start and end is a
 * millisecond of its own, so that what a span lies in and what comes before what stays true, and durations say nothing.
 */
export function normaliseTrace(trace: OtlpTrace): OtlpTrace {
  const spans = spansOf(trace)
  const order = new Map<string, number>()
  const traces = new Map<string, number>()
  const times = new Map<string, { readonly start: number; readonly end: number }>()
  const later: OtlpSpan[] = []
  let ticks = 0
  const visit = (span: OtlpSpan): void => {
    order.set(span.spanId, order.size + 1)
    traces.set(span.traceId, traces.get(span.traceId) ?? traces.size + 1)
    const start = ticks++
    for (const child of childrenOf(span, spans)) {
      if (child.kind === consumerKind) later.push(child)
      else visit(child)
    }
    times.set(span.spanId, { start, end: ticks++ })
  }
  for (const root of childrenOf(undefined, spans)) visit(root)
  for (let next = later.shift(); next !== undefined; next = later.shift()) visit(next)

  const traceId = (id: string) => String(traces.get(id) ?? 0).padStart(32, '0')
  const spanId = (id: string) => String(order.get(id) ?? 0).padStart(16, '0')
  const nanos = (tick: number) => `${startMs + tick}000000`
  const normalised = (span: OtlpSpan): OtlpSpan => ({
    traceId: traceId(span.traceId),
    spanId: spanId(span.spanId),
    ...(span.parentSpanId !== undefined && { parentSpanId: spanId(span.parentSpanId) }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanos(times.get(span.spanId)!.start),
    endTimeUnixNano: nanos(times.get(span.spanId)!.end),
    attributes: span.attributes.map(({ key, value }) => {
      const stable = span.kind === clientKind ? stableValuesOfClients : stableValues
      return { key, value: stable[key] ?? value }
    }),
    links: span.links.map((link) => ({ traceId: traceId(link.traceId), spanId: spanId(link.spanId) })),
    status: span.status,
  })
  const inOrder = (left: OtlpSpan, right: OtlpSpan) => order.get(left.spanId)! - order.get(right.spanId)!
  return {
    resourceSpans: trace.resourceSpans.map(({ resource, scopeSpans }) => ({
      resource: { attributes: resource.attributes },
      scopeSpans: scopeSpans.map(({ scope, spans: own }) => ({
        scope: { name: scope.name },
        spans: own.toSorted(inOrder).map(normalised),
      })),
    })),
  }
}
