/** Labels of an exemplar, such as `trace_id` and `span_id`. */
export type ExemplarLabels = Readonly<Record<string, string>>

/** The part of OpenTelemetry's `SpanContext` that an exemplar is made of. */
export interface ExemplarSpan {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags?: number | undefined
}

/**
 * Says in which trace something happens, asked where it happens: `() => trace.getActiveSpan()?.spanContext()`, or labels
 * of your own. `undefined` for none.
 */
export type ExemplarSource = () => ExemplarLabels | ExemplarSpan | undefined

/** OpenMetrics 1.0: names and values of an exemplar have 128 characters together. */
const maxCharacters = 128
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const sampled = 1

/**
 * What a source says, in the form that OpenMetrics allows; `undefined` where there is nothing to show: a trace that is
 * not sampled cannot be looked up, and labels that are too long or misnamed would make the scrape unreadable. A source
 * that throws has nothing to show either, for what is measured must not suffer from it.
 */
export function askExemplar(source: ExemplarSource): ExemplarLabels | undefined {
  let given: ReturnType<ExemplarSource>
  try {
    given = source()
  } catch {
    return undefined
  }
  if (given === undefined || given === null) return undefined
  if (isSpan(given)) {
    if (((given.traceFlags ?? sampled) & sampled) === 0) return undefined
    return { trace_id: given.traceId, span_id: given.spanId }
  }
  const entries = Object.entries(given)
  const fits =
    entries.length > 0 &&
    entries.every(([name, value]) => labelName.test(name) && typeof value === 'string') &&
    entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= maxCharacters
  return fits ? given : undefined
}

function isSpan(given: ExemplarLabels | ExemplarSpan): given is ExemplarSpan {
  return typeof given.traceId === 'string' && typeof given.spanId === 'string'
}
