import type { LoadedSchema } from './schema-snapshot.ts'
import type { SchemasProblem } from './schemas-problem.ts'
import type { SubjectRules } from './subject-rules.ts'

/** A problem for each schema whose subject another one has already, and for each `x-topic` that is no text. */
export function findSubjectProblems(
  schemas: readonly LoadedSchema[],
  { subjectsOf }: SubjectRules,
): readonly SchemasProblem[] {
  const files = new Map<string, string>()
  return schemas
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap((schema) => {
      const { file } = schema
      const shared = subjectsOf(schema).flatMap((subject): SchemasProblem[] => {
        const first = files.get(subject)
        files.set(subject, first ?? file)
        if (first === undefined) return []
        const message = `the subject ${subject} is that of ${first}, too`
        const fix =
          'give one of them another subject: subjects.overrides in headwater.schemas.yaml, or the strategy topic-record for a topic with several types'
        return [{ code: 'subject-ambiguous', file, line: undefined, column: undefined, message, fix }]
      })
      return [...shared, ...topicProblems(schema)]
    })
}

function topicProblems(schema: LoadedSchema): readonly SchemasProblem[] {
  if (schema.topics !== 'invalid') return []
  const { line, column } = schema.parsed.root
  const message = 'x-topic is neither the name of a topic nor a list of names'
  return [
    { code: 'config-invalid', file: schema.file, line, column, message, fix: 'write "x-topic": "orders"' },
  ]
}
