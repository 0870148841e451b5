import { describe, expect, it } from 'vitest'
import { checkEvolution, compatibilityModes, parseSchema, type CompatibilityMode } from '../src/index.ts'

const version = (...fields: object[]): string => JSON.stringify({ type: 'record', name: 'R', fields })
const id = { name: 'id', type: 'string' }
const required = { name: 'a', type: 'int' }
const optional = { name: 'b', type: 'int', default: 0 }

const accepting = (proposed: string, previous: string[]): CompatibilityMode[] =>
  compatibilityModes.filter((mode) => checkEvolution({ proposed, previous, mode }).compatible)

describe('checkEvolution', () => {
  it('takes anything for a first version', () => {
    expect(accepting(version(id), [])).toEqual([...compatibilityModes])
  })

  it('takes an optional field under every level', () => {
    expect(accepting(version(id, optional), [version(id)])).toEqual([...compatibilityModes])
  })

  it('takes a new required field forward only, and a dropped one backward only', () => {
    expect(accepting(version(id, required), [version(id)])).toEqual(['NONE', 'FORWARD', 'FORWARD_TRANSITIVE'])
    expect(accepting(version(id), [version(id, required)])).toEqual([
      'NONE',
      'BACKWARD',
      'BACKWARD_TRANSITIVE',
    ])
  })

  it('compares with the latest version, and under a transitive level with all', () => {
    const previous = [version(id), version(id, { ...required, default: 1 })]
    expect(accepting(version(id, required), previous)).toEqual([
      'NONE',
      'BACKWARD',
      'FORWARD',
      'FORWARD_TRANSITIVE',
      'FULL',
    ])
  })

  it('reports the newest version first, and for FULL the forward direction first', () => {
    const text = JSON.stringify('string')
    const { failures } = checkEvolution({
      proposed: '"int"',
      previous: [text, text],
      mode: 'FULL_TRANSITIVE',
    })
    expect(failures.map(({ previousIndex, direction }) => [previousIndex, direction])).toEqual([
      [1, 'forward'],
      [1, 'backward'],
      [0, 'forward'],
      [0, 'backward'],
    ])
    expect(failures[0]?.incompatibilities[0]?.message).toBe(
      'reader type: STRING not compatible with writer type: INT',
    )
  })

  it('counts an ambiguous alias as a break', () => {
    const proposed = version({ name: 'c', aliases: ['a', 'b'], type: 'int' })
    const { compatible, failures } = checkEvolution({
      proposed,
      previous: [version(required, optional)],
      mode: 'BACKWARD',
    })
    expect([compatible, failures[0]?.exception]).toEqual([
      false,
      expect.stringContaining('matches multiple fields'),
    ])
  })

  it('asks for a version when it is compared, the newest first, and for none that the level leaves out', () => {
    const asked: number[] = []
    const previous = [1, 2, 3].map((number) => () => {
      asked.push(number)
      return parseSchema(version(id))
    })
    const check = (mode: CompatibilityMode): number[] => {
      asked.length = 0
      expect(checkEvolution({ proposed: version(id, optional), previous, mode }).compatible).toBe(true)
      return [...asked]
    }
    expect(check('NONE')).toEqual([])
    expect(check('FULL')).toEqual([3])
    expect(check('FULL_TRANSITIVE')).toEqual([3, 2, 1])
  })
})
