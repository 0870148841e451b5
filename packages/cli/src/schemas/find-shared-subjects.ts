import type { LoadedSchema } from './schema-snapshot.ts'
import type { SchemasProblem } from './schemas-problem.ts'

/** A problem for each schema whose subject another one has already. */
export function findSharedSubjects(
  schemas: readonly Pick<LoadedSchema, 'file' | 'fullName'>[],
  subjectOf: (file: string, fullName: string | undefined) => string,
): readonly SchemasProblem[] {
  const files = new Map<string, string>()
  return schemas
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap(({ file, fullName }): SchemasProblem[] => {
      const subject = subjectOf(file, fullName)
      const first = files.get(subject)
      if (first === undefined) {
        files.set(subject, file)
        return []
      }
      const message = `the subject ${subject} is that of ${first}, too`
      const fix = 'give one of them another subject: subjects.overrides in headwater.schemas.yaml'
      return [{ code: 'subject-ambiguous', file, line: undefined, column: undefined, message, fix }]
    })
}
