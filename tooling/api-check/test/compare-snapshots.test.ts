import { describe, expect, it } from 'vitest'
import { compareSnapshots } from '../src/compare-snapshots.ts'

const snapshot = (...lines: readonly string[]): string =>
  ['## @headwater/x', '', '### interface `A`', '', '```ts', 'interface A {', ...lines, '}', '```', ''].join(
    '\n',
  )

describe('compareSnapshots', () => {
  it('says nothing of what is the same', () => {
    expect(compareSnapshots(snapshot('  a: 1'), snapshot('  a: 1'))).toEqual([])
  })

  it('shows the lines that differ, with their neighbours', () => {
    const lines = ['1', '2', '3', '4', '5', '6'].map((each) => `  f${each}: ${each}`)
    const after = lines.with(3, '  f4: 44')
    expect(compareSnapshots(snapshot(...lines), snapshot(...after))).toEqual([
      {
        heading: '## @headwater/x ### interface `A`',
        kind: 'changed',
        lines: ['    f2: 2', '    f3: 3', '-   f4: 4', '+   f4: 44', '    f5: 5', '    f6: 6'],
      },
    ])
  })

  it('names what is new and what is gone', () => {
    const other = snapshot('  a: 1').replaceAll('A', 'B')
    expect(compareSnapshots(snapshot('  a: 1'), other).map(({ heading, kind }) => [heading, kind])).toEqual([
      ['## @headwater/x ### interface `B`', 'added'],
      ['## @headwater/x ### interface `A`', 'removed'],
    ])
  })

  it('tells doors apart that export the same name', () => {
    const two = `${snapshot('  a: 1')}\n${snapshot('  a: 2').replace('/x', '/x/vitest')}`
    expect(compareSnapshots(two, two.replace('a: 2', 'a: 3')).map(({ heading }) => heading)).toEqual([
      '## @headwater/x/vitest ### interface `A`',
    ])
  })
})
