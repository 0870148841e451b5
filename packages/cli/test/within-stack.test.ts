import { describe, expect, it } from 'vitest'
import { SchemasProblemError } from '../src/schemas/schemas-problem.ts'
import { withinStack } from '../src/schemas/within-stack.ts'

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
