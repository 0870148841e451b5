import { describe, expect, it } from 'vitest'
import { checkLinks } from '../src/check-links.ts'
import { readMarkdown } from '../src/read-markdown.ts'

const target = '# Options\n\n## What it does & costs\n\n## Options\n\n<a id="own"></a>\n'

function messagesOf(text: string): readonly string[] {
  const pages = [readMarkdown('docs/page.md', text), readMarkdown('docs/sub/target.md', target)]
  const paths = new Set(['docs/page.md', 'docs/sub/target.md', 'README.md'])
  return checkLinks(pages, paths).problems.map(({ line, message }) => `${line} ${message}`)
}

describe('checkLinks', () => {
  it('refuses a file that is not there', () => {
    expect(messagesOf('\nSee [it](sub/gone.md).')).toEqual(['2 links to sub/gone.md, which is not there'])
  })

  it('refuses an anchor that is no heading', () => {
    expect(messagesOf('[it](sub/target.md#option)')).toEqual([
      '1 links to #option, but docs/sub/target.md has no such heading',
    ])
    expect(messagesOf('# Here\n[it](#there)')).toHaveLength(1)
  })

  it('refuses an address that is none, and an absolute path', () => {
    expect(messagesOf('[a](https://) [b](ftp://example.org/x) [c](/docs/page.md)')).toHaveLength(3)
  })

  it('knows anchors as GitHub makes them', () => {
    const text = '[a](sub/target.md#what-it-does--costs) [b](sub/target.md#options-1) [c](sub/target.md#own)'
    expect(messagesOf(text)).toEqual([])
  })

  it('takes files, folders, addresses and headings of the page itself', () => {
    expect(messagesOf('# Here\n[a](../README.md) [b](sub) [c](#here) [d](https://example.org/x#y)')).toEqual(
      [],
    )
  })

  it('looks neither into code nor into code blocks', () => {
    expect(messagesOf('`[a](gone.md)`\n\n```text\n[a](gone.md)\n```\n')).toEqual([])
  })

  it('finds links that are defined apart', () => {
    expect(messagesOf('[it][1]\n\n[1]: gone.md')).toHaveLength(1)
  })
})
