import { startRegistry } from '@headwater/embedded'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGitRepository, record } from './git-repository.ts'

type JsonSchema = Readonly<Record<string, unknown>> & {
  readonly properties: Readonly<Record<string, JsonSchema>>
  readonly required: readonly string[]
  readonly items: JsonSchema
}

const read = (name: string): JsonSchema =>
  JSON.parse(readFileSync(new URL(`../${name}.schema.json`, import.meta.url), 'utf8')) as JsonSchema

const [report, diff, registration] = [read('report'), read('diff'), read('registration')]

/** What is described, and not what is said about it. */
function plain(schema: JsonSchema): object {
  return { ...schema, $schema: undefined, title: undefined, description: undefined }
}

function parse(schema: JsonSchema, text: string): Readonly<Record<string, unknown>> {
  return z.fromJSONSchema(schema as never).parse(JSON.parse(text)) as Readonly<Record<string, unknown>>
}

const shop = {
  'schemas/basket.avsc': record('Basket', { order: 'Order' }),
  'schemas/order.avsc': record('Order', { id: 'string', total: 'int', note: 'string' }),
  'schemas/old.avsc': record('Old', { id: 'string' }),
}

describe('diff.schema.json', () => {
  it('describes what diff writes: changes, breaks, what is new, what is gone, problems', async () => {
    using repository = createGitRepository()
    repository.write(shop)
    repository.commit('first')
    repository.write({
      'schemas/order.avsc': record('Order', { id: 'string', total: 'long', phone: 'string' }),
      'schemas/old.avsc': null,
      'schemas/new.avsc': record('New', { id: 'string' }),
    })
    const command = ['diff', '--against', 'git:main', '--format', 'json']
    const { results } = parse(diff, (await repository.schemas(command)).out) as {
      results: { status: string; changes: object[] }[]
    }
    expect(results.map(({ status, changes }) => [status, changes.length])).toEqual([
      ['changed', 3],
      ['added', 0],
      ['changed', 3],
      ['deleted', 0],
    ])
    const missing = await repository.schemas([...command, '--against', 'git:nowhere'])
    expect(parse(diff, missing.out)['problems']).toHaveLength(1)
    expect(() => parse(report, missing.out)).toThrow('changes')
  })

  it('is that of a report and the changes', () => {
    const { results, ...others } = diff.properties
    const { changes, ...parts } = results!.items.properties
    expect(changes).toBeDefined()
    const items = {
      ...results!.items,
      properties: parts,
      required: results!.items.required.filter((name) => name !== 'changes'),
    }
    const without = { ...diff, properties: { ...others, results: { ...results, items } } }
    expect(plain(without as unknown as JsonSchema)).toEqual(plain(report))
  })
})

describe('registration.schema.json', () => {
  it('describes a plan, what became of it, and a check that did not pass', async () => {
    const server = await startRegistry()
    try {
      using repository = createGitRepository()
      repository.write(shop)
      const command = ['register', '--registry', server.url, '--format', 'json']
      const run = async (...args: readonly string[]): Promise<unknown> => {
        const { plan } = parse(registration, (await repository.schemas([...command, ...args])).out)
        return (plan as { status: string }[]).map(({ status }) => status)
      }
      expect(await run()).toEqual(['planned', 'planned', 'planned'])
      expect(await run('--apply')).toEqual(['registered', 'registered', 'registered'])
      expect(await run('--apply')).toEqual(['unchanged', 'unchanged', 'unchanged'])
      repository.write({ 'schemas/order.avsc': record('Order', { id: 'string', phone: 'string' }) })
      expect(await run('--apply')).toEqual([])
      await server.close()
      expect(await run('--timeout', '200')).toEqual([])
      // These could not begin, and there was nothing on standard output for whoever reads it as JSON.
      expect(await run('--registry', 'nowhere')).toEqual([])
      expect(await run('--config', 'none.yaml')).toEqual([])
    } finally {
      await server.close()
    }
  })

  it('has the schema of a report for the check', () => {
    expect(plain(registration.properties['check']!)).toEqual(plain(report))
    expect(plain(registration.properties['problems']!)).toEqual(plain(report.properties['problems']!))
  })
})
