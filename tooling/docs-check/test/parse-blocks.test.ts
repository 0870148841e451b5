import { describe, expect, it } from 'vitest'
import { parseData, parsePrograms, parseShell } from '../src/parse-blocks.ts'
import type { CodeBlock } from '../src/read-markdown.ts'

const block = (language: string, code: string): readonly CodeBlock[] => [
  { path: 'a.md', language, code, line: 1, marker: undefined },
]

describe('parseData', () => {
  it('refuses what is no JSON and no YAML', () => {
    expect(parseData(block('json', '{ "a": }'))).toHaveLength(1)
    expect(parseData(block('yaml', 'a: [1\nb: 2'))).toHaveLength(1)
  })

  it('takes JSON with comments where it says so, and YAML of several documents', () => {
    expect(parseData(block('jsonc', '// a\n{ "a": 1 }'))).toEqual([])
    expect(parseData(block('yaml', 'a: 1\n---\nb: 2\n'))).toEqual([])
  })
})

describe('parsePrograms', () => {
  it('refuses what is no TypeScript', () => {
    expect(parsePrograms(block('ts', 'const = 1'))).toHaveLength(1)
    expect(parsePrograms(block('ts', "import { A } from 'gone'\nnew A()"))).toEqual([])
  })
})

describe('parseShell', () => {
  it('refuses what bash cannot read', async () => {
    expect(await parseShell(block('sh', 'echo "open'), '/')).toHaveLength(1)
  })

  it('reads the commands of a console, and not what they print', async () => {
    const text = "$ cat > a <<'END'\nit's\nEND\n$ cat a\nit's (1\n"
    expect(await parseShell(block('console', text), '/')).toEqual([])
    expect(await parseShell(block('console', '$ echo "open\nx\n'), '/')).toHaveLength(1)
  })
})
