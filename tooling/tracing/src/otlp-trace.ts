/** Traces in OTLP's JSON encoding, as far as they are looked at here. */
export interface OtlpTrace {
  readonly resourceSpans: readonly ResourceSpans[]
}

interface ResourceSpans {
  readonly resource: { readonly attributes: readonly OtlpAttribute[] }
  readonly scopeSpans: readonly ScopeSpans[]
}

interface ScopeSpans {
  readonly scope: { readonly name: string }
  readonly spans: readonly OtlpSpan[]
}

/** One attribute; its value is an object with one field, named by its type. */
export interface OtlpAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** One span; times are nanoseconds since the epoch, as text. */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string | undefined
  readonly name: string
  /** 1 INTERNAL, 2 SERVER, 3 CLIENT, 4 PRODUCER, 5 CONSUMER. */
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly OtlpAttribute[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status: { readonly code: number; readonly message?: string }
}

/** Who asks another for something. */
export const clientKind = 3
/** What comes to pass some time after what caused it. */
export const consumerKind = 5

/** All spans of a trace. */
export function spansOf(trace: OtlpTrace): readonly OtlpSpan[] {
  return trace.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

/** The spans that belong to none, or to one that is not there; or those of one, in the order of their start. */
export function childrenOf(parent: OtlpSpan | undefined, spans: readonly OtlpSpan[]): readonly OtlpSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  return spans
    .filter(({ parentSpanId }) =>
      parent === undefined
        ? parentSpanId === undefined || !ids.has(parentSpanId)
        : parentSpanId === parent.spanId,
    )
    .toSorted((left, right) => Number(BigInt(left.startTimeUnixNano) - BigInt(right.startTimeUnixNano)))
}
