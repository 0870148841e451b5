import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { formatSarif } from '../src/schemas/format-sarif.ts'
import type { Report } from '../src/schemas/report.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

/** What a test reads of a log. */
interface Log {
  readonly runs: readonly [Run]
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly Rule[] } }
  readonly originalUriBaseIds: Readonly<Record<string, object>>
  readonly invocations: readonly [{ readonly toolExecutionNotifications: readonly Placed[] }]
  readonly results: readonly Placed[]
}

interface Rule {
  readonly shortDescription: { readonly text: string }
  readonly fullDescription: { readonly text: string }
  readonly help: { readonly text: string }
  readonly defaultConfiguration: object
}

interface Placed {
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: Artifact } }]
}

interface Artifact {
  readonly uri: string
  readonly uriBaseId?: string
}

async function runOf(repository: GitRepository, ...args: readonly string[]): Promise<Run> {
  const { out } = await repository.schemas(['check', '--against', 'git:main', '--format', 'sarif', ...args])
  return (JSON.parse(out) as Log).runs[0]
}

const names = ['a b', 'ä/ö', '😀', 'p#q?r', '100%', 'a:b', 'back\\slash', "it's", '[a]{b}']

describe('formatSarif: places', () => {
  it('writes every name as a relative reference that leads back to the file', async () => {
    using repository = createGitRepository()
    const files = names.map((name) => `schemas/${name}.avsc`)
    repository.write(Object.fromEntries(files.map((file, at) => [file, record(`R${at}`, { id: 'int' })])))
    repository.commit('first')
    repository.write(Object.fromEntries(files.map((file, at) => [file, record(`R${at}`, { id: 'string' })])))
    const { results, originalUriBaseIds } = await runOf(repository)
    const places = results.map(({ locations }) => locations[0].physicalLocation.artifactLocation)
    const base = 'https://example.com/root/'
    expect(
      places.map(({ uri }) => decodeURIComponent(new URL(uri, base).href.slice(base.length))).toSorted(),
    ).toEqual(files.toSorted())
    expect([...new Set(places.map(({ uriBaseId }) => uriBaseId))]).toEqual(Object.keys(originalUriBaseIds))
  })

  it('writes the whole path of a file as an address', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/a.avsc': record('A', { id: 'int' }), 'odd name.yaml': '[' })
    repository.commit('first')
    const file = `${repository.folder}/odd name.yaml`
    const { invocations } = await runOf(repository, '--config', file)
    const [notification] = invocations[0].toolExecutionNotifications
    expect(notification!.locations[0].physicalLocation.artifactLocation).toEqual({
      uri: pathToFileURL(file).href,
    })
  })
})

describe('formatSarif: rules', () => {
  it("has the texts that code scanning demands for a registry's verdict, too", () => {
    const finding = { ruleId: 'server-verdict', severity: 'break', accepted: null, location: null }
    const report = {
      results: [{ file: 'a.avsc', subject: 'a', findings: [finding] }],
      problems: [],
      warnings: [],
      summary: { exitCode: 1 },
    } as unknown as Report
    const [rule] = (JSON.parse(formatSarif(report)) as Log).runs[0].tool.driver.rules
    for (const text of [rule!.shortDescription, rule!.fullDescription, rule!.help])
      expect(text.text).not.toBe('')
    expect(rule!.defaultConfiguration).toEqual({ level: 'error' })
  })
})

describe('what of a baseline cannot be read', () => {
  it.each([
    ['sarif', '"level": "warning"'],
    ['github', '::warning '],
    ['markdown', '| In the baseline |'],
    ['human', 'BASELINE  schema-invalid'],
  ])('is told by %s, with the file', async (format, expected) => {
    using repository = createGitRepository()
    repository.write({ 'schemas/a.avsc': record('A', { id: 'int' }), 'schemas/old.avsc': '{' })
    repository.commit('first')
    repository.write({ 'schemas/old.avsc': record('Old', { id: 'int' }) })
    const { exitCode, out } = await repository.schemas(['check', '--against', 'git:main', '--format', format])
    expect(exitCode).toBe(0)
    expect(out).toContain(expected)
    expect(out).toContain('schemas/old.avsc:1')
  })
})
