import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadSchemasConfig } from '../src/schemas/schemas-config.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const order = record('Order', { id: 'string' })

interface Listed {
  readonly subject: string
  readonly file: string
  readonly mode: string
}

async function list(files: Readonly<Record<string, unknown>>, config: string): Promise<readonly string[]> {
  using repository = createGitRepository()
  repository.write({ ...files, 'headwater.schemas.yaml': `version: 1\n${config}` })
  const { exitCode, out, err } = await repository.schemas(['list', '--json'])
  expect(err).toBe('')
  expect(exitCode).toBe(0)
  return (JSON.parse(out) as Listed[]).map(({ subject, mode }) =>
    mode === 'BACKWARD' ? subject : `${subject} ${mode}`,
  )
}

async function refusal(config: string, files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  using repository = createGitRepository()
  repository.write({ 'schemas/order.avsc': order, 'headwater.schemas.yaml': config, ...files })
  const { exitCode, err } = await repository.schemas(['list'])
  expect(exitCode).toBe(2)
  return err
}

describe('headwater.schemas.yaml: subjects', () => {
  const files = { 'schemas/order-placed.avsc': order }

  it.each([
    ['subjects: { strategy: record }', ['shop.Order']],
    ['subjects: { strategy: file }', ['schemas/order-placed']],
    ['subjects: { strategy: topic }', ['order-placed-value']],
    ['subjects: { strategy: topic-record }', ['order-placed-shop.Order']],
    ['subjects: { strategy: topic }\ntopics: { orders: schemas/*.avsc }', ['orders-value']],
    [
      'subjects: { strategy: topic }\ntopics: { orders: [schemas/*.avsc], audit: schemas/order-placed.avsc }',
      ['orders-value', 'audit-value'],
    ],
    ['subjects: { strategy: topic-record }\ntopics: { orders: schemas/*.avsc }', ['orders-shop.Order']],
    [
      'subjects: { overrides: [{ match: schemas/*, subject: ["orders.{name}-value", "all.{file}"], mode: FULL }] }',
      ['orders.Order-value FULL', 'all.order-placed FULL'],
    ],
    [
      'subjects: { strategy: topic, overrides: [{ match: schemas/*, subject: x }] }\ntopics: { orders: schemas/*.avsc }',
      ['x'],
    ],
  ])('gives %s the subjects %j', async (config, expected) => {
    expect(await list(files, config)).toEqual(expected)
  })

  it('takes the topics that a schema names, and those of the configuration over them', async () => {
    const named = { 'schemas/order-placed.avsc': { ...order, 'x-topic': ['orders', 'audit'] } }
    expect(await list(named, 'subjects: { strategy: topic }')).toEqual(['orders-value', 'audit-value'])
    const mapped = 'subjects: { strategy: topic }\ntopics: { billing: schemas/*.avsc }'
    expect(await list(named, mapped)).toEqual(['billing-value'])
  })

  it.each(['7', '""', '[]', '["orders", 7]'])(
    'refuses the x-topic %s, at the type that has it',
    async (value) => {
      const text = `\n{ "type": "record", "name": "Order", "x-topic": ${value}, "fields": [] }`
      const err = await refusal('version: 1', { 'schemas/order.avsc': text })
      expect(err).toContain('config-invalid  schemas/order.avsc:2:1\n')
    },
  )

  it('refuses topics that no strategy uses', async () => {
    const err = await refusal('version: 1\ntopics: { orders: schemas/* }\n')
    expect(err).toContain(
      'headwater.schemas.yaml:2:1\n         topics: subjects.strategy record takes no topics',
    )
  })

  it('names the strategy for a topic with several types', async () => {
    const config = 'version: 1\nsubjects: { strategy: topic }\ntopics: { orders: schemas/* }\n'
    const err = await refusal(config, { 'schemas/z.avsc': record('Z', { id: 'int' }) })
    expect(err).toMatch(/subject-ambiguous {2}schemas\/z\.avsc\n.+\n.+topic-record/)
  })

  it('checks a schema under each of its subjects', async () => {
    using repository = createGitRepository()
    repository.write({
      'schemas/order.avsc': order,
      'headwater.schemas.yaml':
        'version: 1\nsubjects: { strategy: topic }\ntopics: { orders: schemas/*, audit: schemas/* }\n',
    })
    repository.commit('first')
    repository.write({ 'schemas/order.avsc': record('Order', { id: 'string', phone: 'string' }) })
    const { exitCode, out } = await repository.schemas(['check', '--against', 'git:main', '--format', 'json'])
    expect(exitCode).toBe(1)
    const { results } = JSON.parse(out) as {
      results: { subject: string; findings: { fingerprint: string }[] }[]
    }
    expect(results.map(({ subject }) => subject)).toEqual(['orders-value', 'audit-value'])
    expect(new Set(results.flatMap(({ findings }) => findings.map((f) => f.fingerprint))).size).toBe(2)
  })
})

describe('headwater.schemas.yaml: mistakes', () => {
  it.each(['--config', '--accepted-file'])(
    'says of a %s that is a folder that it cannot be read',
    async (option) => {
      using repository = createGitRepository()
      repository.write({ 'schemas/order.avsc': order })
      repository.commit('first')
      const { exitCode, out } = await repository.schemas([
        'check',
        '--against',
        'git:main',
        option,
        'schemas',
      ])
      expect([exitCode, out]).toEqual([
        2,
        expect.stringContaining('  schemas\n         the file cannot be read (EISDIR)\n'),
      ])
    },
  )

  it.each([
    [
      'an unknown setting',
      'version: 1\nshemas: []\n',
      '2:1',
      'shemas: there is no such setting; did you mean schemas?',
    ],
    [
      'a pattern without quotes, which YAML takes for an alias',
      'version: 1\nschemas:\n  - **/*.avsc\n',
      '3:5',
      "fix: write '**/*.avsc'",
    ],
    [
      'an unknown rule',
      'version: 1\nrules:\n  field-no-defualt: error\n',
      '3:3',
      'did you mean field-no-default?',
    ],
    [
      'a rule of no likeness',
      'version: 1\nrules:\n  zzz: error\n',
      '3:3',
      'rules.zzz: there is no such rule\n',
    ],
    [
      'a rule of registries that is turned off',
      'version: 1\nrules:\n  field-no-default: off\n',
      '3:3',
      'rules.field-no-default: registries refuse it',
    ],
    [
      'a topic of no file',
      'version: 1\nsubjects: { strategy: topic }\ntopics:\n  orders: schemas/odrer.avsc\n',
      '4:3',
      'topics.orders: no file matches schemas/odrer.avsc',
    ],
    [
      'an override of no file',
      'version: 1\nsubjects:\n  overrides:\n    - { match: schemas/odrer.avsc, mode: FULL }\n',
      '4:9',
      'subjects.overrides.0.match: no file matches schemas/odrer.avsc',
    ],
    ['a wrong level of a rule', 'version: 1\nrules:\n  doc-changed: loud\n', '3:3', 'rules.doc-changed'],
    ['a wrong entry of a list', 'version: 1\nunstable:\n  - a\n  - 7\n', '4:5', 'unstable.1'],
    ['a missing version', 'mode: FULL\n', '1:1', 'version'],
    ['JSON', '{ "version": 1,\n  "mode": "SIDEWAYS" }\n', '2:3', 'mode'],
  ])('names the place of %s', async (_, config, place, message) => {
    const err = await refusal(config)
    expect(err).toContain(`config-invalid  headwater.schemas.yaml:${place}\n`)
    expect(err).toContain(message)
  })

  it('names all of them', async () => {
    const err = await refusal('version: 1\nmode: X\nunstable: 7\n')
    expect(err.match(/config-invalid/g)).toHaveLength(2)
  })

  it('refuses two configurations', async () => {
    expect(await refusal('version: 1\n', { 'headwater.schemas.json': '{ "version": 1 }' })).toContain(
      'there are two configurations, headwater.schemas.yaml and headwater.schemas.json',
    )
  })
})

describe('loadSchemasConfig: the registry', () => {
  function withRegistry(url: string): GitRepository {
    const repository = createGitRepository()
    repository.write({ 'headwater.schemas.yaml': `version: 1\nregistry: { url: "${url}" }\n` })
    return repository
  }

  it('fills variables in', () => {
    using repository = withRegistry('http://${REGISTRY_HOST}:${REGISTRY_PORT}/x')
    const config = loadSchemasConfig(repository.folder, undefined)
    const env = { REGISTRY_HOST: 'registry.example.com', REGISTRY_PORT: '8081' }
    expect(config.registryUrl(env)).toBe('http://registry.example.com:8081/x')
  })

  it('refuses a variable that is missing, at its line, when the address is needed and not before', () => {
    using repository = withRegistry('http://${REGISTRY_HOST}')
    const config = loadSchemasConfig(repository.folder, undefined)
    expect(() => config.registryUrl({ REGISTRY_HOST: '' })).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'config-invalid',
            file: 'headwater.schemas.yaml',
            line: 2,
            message: 'registry.url: the environment has no REGISTRY_HOST',
          }),
        ],
      }),
    )
  })
})

describe('headwater.schemas.ts', () => {
  /** In the package, so that the configuration can import it by its name. */
  function folderWith(module: string): GitRepository {
    const cache = fileURLToPath(new URL('../.cache/', import.meta.url))
    mkdirSync(cache, { recursive: true })
    const repository = createGitRepository(mkdtempSync(join(cache, 'config-')))
    repository.write({ 'schemas/order.avsc': order, 'headwater.schemas.ts': module })
    return repository
  }

  /** Node takes types off by itself from 22.18 on. */
  const stripsTypes = Boolean(process.features.typescript)

  it('is read from its export config, where Node can read TypeScript', async () => {
    using repository = folderWith(
      [
        "import { defineSchemasConfig, type SchemasConfigInput } from '@headwater/cli'",
        "const mode: SchemasConfigInput['mode'] = 'FULL'",
        'export const config = defineSchemasConfig({ version: 1, mode })',
      ].join('\n'),
    )
    const { exitCode, out, err } = await repository.schemas(['list'])
    if (stripsTypes) expect([exitCode, out]).toEqual([0, expect.stringContaining('FULL')])
    else expect([exitCode, err]).toEqual([2, expect.stringContaining('Node 22.18 or later')])
  })

  it.each([
    ['no export', 'export const settings = 1', 'the module has no export named config'],
    ['a wrong value', "export const config = { version: 1, mode: 'SIDEWAYS' }", 'mode: '],
    ['an exception', "throw new Error('no such thing')", 'cannot be loaded: no such thing'],
  ])('is refused with %s', async (_, module, message) => {
    using repository = folderWith(module)
    const { exitCode, err } = await repository.schemas(['list'])
    expect(exitCode).toBe(2)
    expect(err).toContain('config-invalid  headwater.schemas.ts\n')
    if (stripsTypes) expect(err).toContain(message)
  })
})
