import { childrenOf, spansOf, type OtlpSpan, type OtlpTrace } from './otlp-trace.ts'

const kinds = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const

/** What of a span is worth a place in the drawing, in this order. */
const shown: readonly (readonly [key: string, toText: (value: string) => string])[] = [
  ['http.response.status_code', (status) => `answer ${status}`],
  ['headwater.outcome', (outcome) => outcome],
  ['messaging.destination.partition.id', (partition) => `partition ${partition}`],
  ['messaging.kafka.offset', (offset) => `offset ${offset}`],
  ['headwater.attempts', (attempts) => `attempts ${attempts}`],
  ['error.type', (type) => type],
]

interface Row {
  readonly tree: string
  readonly service: string
  readonly kind: string
  readonly facts: string
}

/** A trace as a tree in plain text: who is below whom, where it ran, and how it went. */
export function drawTrace(trace: OtlpTrace): string {
  const services = new Map<OtlpSpan, string>()
  for (const { resource, scopeSpans } of trace.resourceSpans) {
    const name = resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue']
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) services.set(span, String(name))
  }
  const spans = spansOf(trace)
  const rowsOf = (span: OtlpSpan, first: string, further: string): readonly Row[] => {
    const children = childrenOf(span, spans)
    const row = {
      tree: first + span.name,
      service: services.get(span)!,
      kind: kinds[span.kind]!,
      facts: factsOf(span),
    }
    return [
      row,
      ...children.flatMap((child, index) =>
        index === children.length - 1
          ? rowsOf(child, `${further}└─ `, `${further}   `)
          : rowsOf(child, `${further}├─ `, `${further}│  `),
      ),
    ]
  }
  const rows = childrenOf(undefined, spans).flatMap((root) => rowsOf(root, '', ''))
  const width = (of: (row: Row) => string) => Math.max(...rows.map((row) => of(row).length)) + 2
  const [tree, service, kind] = [
    width((row) => row.tree),
    width((row) => row.service),
    width((row) => row.kind),
  ]
  return rows
    .map((row) => row.tree.padEnd(tree) + row.service.padEnd(service) + row.kind.padEnd(kind) + row.facts)
    .map((line) => line.trimEnd())
    .join('\n')
}

function factsOf({ attributes, links }: OtlpSpan): string {
  const facts = shown.flatMap(([key, toText]) => {
    const found = attributes.find((attribute) => attribute.key === key)
    return found === undefined ? [] : [toText(String(Object.values(found.value)[0]))]
  })
  return [...facts, ...links.map(({ spanId }) => `link to span ${Number(spanId)}`)].join(', ')
}
