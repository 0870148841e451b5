import { describe, expect, it } from 'vitest'
import { SchemasProblemError } from '../src/schemas/schemas-problem.ts'
import { withinStack } from '../src/schemas/within-stack.ts'
import { createGitRepository, record } from './git-repository.ts'

describe('withinStack', () => {
  it('makes a problem of the file of what does not fit on the stack', () => {
    const follow = (depth: number): number => 1 + follow(depth + 1)
    expect(() => withinStack('a.avsc', () => follow(0))).toThrow(SchemasProblemError)
    expect(() => withinStack('a.avsc', () => follow(0))).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ file: 'a.avsc', line: 1 })] }),
    )
  })

  it('lets everything else through', () => {
    expect(withinStack('a.avsc', () => 7)).toBe(7)
    const other = new RangeError('Invalid array length')
    const throwOther = (): never => {
      throw other
    }
    expect(() => withinStack('a.avsc', throwOther)).toThrow(other)
  })
})

describe('headwater schemas', () => {
  // Text may be nested 1000 levels deep, which is 334 records; the stack ends later.
  it('types names a schema whose types, written out, are too deep to be read again', async () => {
    using repository = createGitRepository()
    const types = Array.from({ length: 400 }, (_, at) =>
      record(`R${at}`, { next: at === 0 ? 'int' : `R${at - 1}` }),
    )
    repository.write({ 'schemas/a.avsc': record('A', {}), 'schemas/chain.avsc': types.toReversed() })
    const { exitCode, err } = await repository.schemas(['types', '--out', 'types.ts'])
    expect([exitCode, err]).toEqual([
      3,
      expect.stringMatching(/^PROBLEM {2}schema-too-large {2}schemas\/chain/),
    ])
  })

  it.each([
    ['types', '--out', 'types.ts'],
    ['history', 'record'],
  ])('%s names a schema whose types lie in each other too deep to be written out', async (...command) => {
    using repository = createGitRepository()
    const types = Array.from({ length: 2400 }, (_, at) =>
      record(`R${at}`, { next: at === 2399 ? 'int' : `R${at + 1}` }),
    )
    repository.write({ 'schemas/chain.avsc': types })
    const { exitCode, err } = await repository.schemas(command)
    expect([exitCode, err]).toEqual([
      3,
      expect.stringMatching(/^PROBLEM {2}schema-too-large {2}schemas\/chain/),
    ])
  })
})
