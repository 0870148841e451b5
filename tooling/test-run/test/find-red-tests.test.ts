import { describe, expect, it } from 'vitest'
import { describeRedTest } from '../src/describe-red-test.ts'
import { findRedTests } from '../src/find-red-tests.ts'

const file = '/project/packages/a/test/a.test.ts'
const place = (report: unknown) => ({
  path: '/project/packages/a/.reports/test.json',
  text: typeof report === 'string' ? report : JSON.stringify(report),
  expected: true,
})
const fileOf = (status: string, ...tests: readonly unknown[]) => ({
  testResults: [{ name: file, status, message: '', assertionResults: tests }],
})

describe('findRedTests', () => {
  it('names the tests that failed, with their first error', () => {
    const report = fileOf(
      'failed',
      { status: 'passed', fullName: 'a works', failureMessages: [] },
      { status: 'failed', fullName: 'a breaks', failureMessages: ['Error: first', 'Error: second'] },
    )
    expect(findRedTests([place(report)])).toEqual([
      { kind: 'failed', file, name: 'a breaks', reason: 'Error: first' },
    ])
  })

  it('names the tests that passed only when they were tried again', () => {
    const report = fileOf('passed', {
      status: 'passed',
      fullName: 'a hesitates',
      failureMessages: ['Error: once'],
    })
    expect(findRedTests([place(report)])).toEqual([
      { kind: 'passed on a further try', file, name: 'a hesitates', reason: 'Error: once' },
    ])
  })

  it('names a file that failed without a failed test, such as by a hook', () => {
    const report = fileOf('failed', { status: 'skipped', fullName: 'a waits', failureMessages: [] })
    expect(findRedTests([place(report)])).toEqual([{ kind: 'failed', file, name: '', reason: '' }])
  })

  it('leaves reports that cannot be read to those who count them', () => {
    expect(findRedTests([place('{"testRes'), { ...place(''), text: undefined }])).toEqual([])
  })
})

describe('describeRedTest', () => {
  it('says what became of it, where it stands and why', () => {
    const reason = 'Error: once\n    at a.ts:3:1'
    expect(describeRedTest({ kind: 'passed on a further try', file, name: 'a b', reason }, '/project')).toBe(
      'PASSED ON A FURTHER TRY: packages/a/test/a.test.ts > a b\n  Error: once\n      at a.ts:3:1',
    )
    expect(describeRedTest({ kind: 'failed', file, name: '', reason: '' }, '/project')).toBe(
      'FAILED: packages/a/test/a.test.ts (outside of its tests)',
    )
  })
})
