import { describe, expect, it } from 'vitest'
import { ruleCatalogue } from '../src/schemas/rule-catalogue.ts'
import type { ExampleFiles, RuleExample } from '../src/schemas/rule-entry.ts'
import { createGitRepository, type GitRepository } from './git-repository.ts'

const examples = Object.entries(ruleCatalogue).flatMap(([id, { example }]) =>
  example === undefined ? [] : [[id, example] as const],
)

const moves = ['schema-moved', 'subject-changed']

/** The rules that the checker names for the state of the files. */
async function rulesOf(repository: GitRepository, against: string): Promise<readonly string[]> {
  const { out } = await repository.schemas(['check', '--against', against, '--format', 'json'])
  const { results, problems } = JSON.parse(out) as {
    results: { findings: { ruleId: string }[] }[]
    problems: unknown[]
  }
  expect(problems).toEqual([])
  return [...new Set(results.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId)))]
}

function settingsOf(id: string, { mode = 'BACKWARD', settings = {} }: RuleExample): string {
  // Rules that are off by default have to be asked for; to the others this is what they are.
  const rules = ['doc-changed', 'metadata-changed'].includes(id) ? { [id]: 'warning' } : {}
  return JSON.stringify({ version: 1, mode, rules, ...settings })
}

describe('ruleCatalogue', () => {
  it.each(examples)('shows with its example what %s finds, and nothing else', async (id, example) => {
    using repository = createGitRepository()
    let present: ExampleFiles = {}
    const put = (files: ExampleFiles): void => {
      const gone = Object.keys(present).filter((file) => !Object.hasOwn(files, file))
      repository.write({ ...Object.fromEntries(gone.map((file) => [file, null])), ...files })
      present = files
    }
    repository.write({ 'headwater.schemas.json': settingsOf(id, example) })
    const { earlier = [], before, after, fixed } = example
    // What moved is seen by git alone; for all else a history is enough, and starts no process.
    const isMove = moves.includes(id)
    for (const files of [...earlier, before]) {
      put(files)
      if (isMove) repository.commit('a version')
      else expect(await repository.schemas(['history', 'record'])).toMatchObject({ exitCode: 0 })
    }
    const against = isMove ? 'git:main' : 'history'
    put(after)
    expect(await rulesOf(repository, against)).toEqual([id])
    put(fixed)
    expect(await rulesOf(repository, against)).toEqual([])
  })
})
