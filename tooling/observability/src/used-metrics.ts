/** A metric in an expression, with the labels that its matchers name. */
export interface UsedMetric {
  /** Without the `_bucket`, `_count` or `_sum` of a histogram's series. */
  readonly name: string
  readonly labels: readonly string[]
}

const selector = /(?<![\w$"])(?<name>[a-z]+(?:_[a-z]+)+)(?:\{(?<matchers>[^}]*)\})?(?!\w|\s*\()/g
const words: ReadonlySet<string> = new Set(['group_left', 'group_right'])
const series = /_(?:bucket|count|sum)$/

/**
 * The metrics that an expression reads. A name with an underscore that is no function and stands in no list of labels is
 * one: all metrics here have one, and `up` is Prometheus's own.
 */
export function usedMetrics(expression: string): readonly UsedMetric[] {
  const bare = expression.replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, '')
  return [...bare.matchAll(selector)].flatMap(({ groups }): UsedMetric[] => {
    const { name = '', matchers = '' } = groups ?? {}
    if (words.has(name)) return []
    const labels = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label)
    return [{ name: name.replace(series, ''), labels }]
  })
}
