import { describe, expect, it } from 'vitest'
import { checkFigures } from '../src/check-figures.ts'
import { readMarkdown } from '../src/read-markdown.ts'

const table = '| client | records a second |\n| --- | ---: |\n| a | 4,252 |\n| b | 222,325 |\n'
const check = (text: string): ReturnType<typeof checkFigures> => checkFigures([readMarkdown('a.md', text)])

describe('checkFigures', () => {
  it('refuses figures without the command that makes them', () => {
    expect(check(`# Speed\n\n${table}`).problems).toMatchObject([{ path: 'a.md', line: 3 }])
  })

  it('takes a command or a test in the section, or in one that holds it', () => {
    expect(check(`# Speed\n\nBy \`pnpm bench\`:\n\n${table}`)).toEqual({ problems: [], tables: 1 })
    expect(check(`# Speed\n\n\`x.test.ts\` says:\n\n## A client\n\n${table}`).problems).toEqual([])
  })

  it('takes no command of a section beside it', () => {
    expect(check(`## Other\n\nBy \`pnpm bench\`.\n\n## Speed\n\n${table}`).problems).toHaveLength(1)
  })

  it('leaves defaults, codes and ports alone', () => {
    const others = '| option | default |\n| --- | --- |\n| a | 5 |\n| b | 10 |\n'
    expect(check(others)).toEqual({ problems: [], tables: 0 })
  })
})
