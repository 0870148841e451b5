import { describe, expect, it } from 'vitest'
import { rules } from '../src/rules.ts'
import { madeUpRepo } from './made-up-repo.ts'

describe('rules', () => {
  it.each(Object.entries(rules))('%s accepts a tree that keeps to all of them', (_name, rule) => {
    expect(rule(madeUpRepo())).toEqual([])
  })
})
