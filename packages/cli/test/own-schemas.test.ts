import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createGitRepository, type GitRepository } from './git-repository.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const files = globSync('{packages,apps}/*/schemas/**/*.avsc', { cwd: root })

/** A copy of this repository's schemas, with their history and the configuration. */
function ownSchemas(): GitRepository {
  const repository = createGitRepository()
  for (const path of ['headwater.schemas.yaml', 'schemas', ...files]) {
    cpSync(join(root, path), join(repository.folder, path), { recursive: true })
  }
  return repository
}

/** Adds a field without a default to the outermost record, which no consumer of older events can read. */
function breakSchema(path: string): void {
  const schema = JSON.parse(readFileSync(path, 'utf8')) as { fields: object[] }
  schema.fields.push({ name: 'required_from_now_on', type: 'string' })
  writeFileSync(path, JSON.stringify(schema))
}

describe('the schemas of this repository', () => {
  it('pass the check that the CI runs', async () => {
    using repository = ownSchemas()
    const { exitCode, out } = await repository.schemas(['check'])
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^0 breaking, /)])
  })

  it.each(files)('fail it when %s breaks a consumer', async (file) => {
    using repository = ownSchemas()
    breakSchema(join(repository.folder, file))
    const { exitCode, out } = await repository.schemas(['check'])
    expect([exitCode, out]).toEqual([
      1,
      expect.stringMatching(/BREAK {2}field-no-default .+required_from_now_on/),
    ])
  })

  it('have a history that nobody touched', async () => {
    using repository = ownSchemas()
    expect(await repository.schemas(['history', 'verify'])).toMatchObject({ exitCode: 0 })
  })

  it('are checked by the CI and by a workflow with the whole history', () => {
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain('\npnpm check:schemas\n')
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    expect(scripts['check:schemas']).toMatch(/headwater|main\.ts schemas check$/)
    const workflow = parse(readFileSync(join(root, '.github/workflows/schemas.yml'), 'utf8')) as {
      jobs: { check: { steps: { with?: object; run?: string }[] } }
    }
    const { steps } = workflow.jobs.check
    expect(steps[0]!.with).toEqual({ 'fetch-depth': 0 })
    expect(steps.at(-1)!.run).toMatch(/schemas check .*--format github --summary$/)
  })
})
