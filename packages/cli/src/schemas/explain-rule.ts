import { formatExample } from './format-example.ts'
import { ruleCatalogue, type ExplainedRuleId } from './rule-catalogue.ts'
import type { ExampleFiles, RuleExample } from './rule-entry.ts'

/** The long text of a rule: what it is about, an example, what to do. */
export function explainRule(id: ExplainedRuleId): string {
  const { title, about, fix, example } = ruleCatalogue[id]
  const parts = [`${id}: ${title}`, wrap(about)]
  if (example !== undefined) parts.push(...formatParts(example))
  parts.push(`Fix: ${wrap(fix, 'Fix: '.length)}`)
  if (example !== undefined) parts.push(formatFiles('Fixed', example.fixed))
  return `${parts.join('\n\n')}\n`
}

function formatParts({
  mode = 'BACKWARD',
  settings,
  earlier = [],
  before,
  after,
}: RuleExample): readonly string[] {
  const configuration = settings === undefined ? [] : [`With ${formatExample(settings, ' ')}`]
  return [
    ...configuration,
    ...earlier.map((files) => formatFiles('Earlier', files)),
    formatFiles('Before', before),
    formatFiles(`After (found at level ${mode})`, after),
  ]
}

function formatFiles(label: string, files: ExampleFiles): string {
  return Object.entries(files)
    .map(([file, schema]) => `${label}: ${file}\n${formatExample(schema)}`)
    .join('\n\n')
}

const widest = 100

/** Breaks lines between words; `used` is what stands before the first of them. */
function wrap(text: string, used = 0): string {
  let column = used
  return text
    .split(' ')
    .map((word, at) => {
      const fits = column + word.length + 1 <= widest
      column = fits ? column + word.length + 1 : word.length
      return at === 0 ? word : `${fits ? ' ' : '\n'}${word}`
    })
    .join('')
}
