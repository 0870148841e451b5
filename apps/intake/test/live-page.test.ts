import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('../src/live/page/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const html = read('index.html')
const css = read('page.css')
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .map(read)
  .join('\n')

/** Text of what an expression's first group finds. */
const all = (text: string, expression: RegExp): readonly string[] =>
  [...text.matchAll(expression)].map(([, found]) => found ?? '')

/** The colours of one of the two schemes. */
function coloursIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, k, v]) => [k, v]))
}

/** Relative luminance and contrast by WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue
  }
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

describe('the live page', () => {
  it('has a language, a title, a viewport that can be zoomed, and landmarks', () => {
    expect(html).toContain('<html lang="en">')
    expect(html).toMatch(/<title>[^<]+<\/title>/)
    expect(html).toMatch(/name="viewport" content="width=device-width, initial-scale=1"/)
    for (const landmark of ['header', 'main', 'footer']) {
      expect(all(html, new RegExp(`<(${landmark})[ >]`, 'g')), landmark).toHaveLength(1)
    }
    expect(html).toContain('href="#main"')
  })

  it('has one first heading, none that skips a level, and sections that are named by theirs', () => {
    const levels = all(html, /<h([1-6])/g).map(Number)
    expect(levels.filter((level) => level === 1)).toEqual([1])
    levels.forEach((level, i) => expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1))
    const ids = all(html, / id="([^"]+)"/g)
    expect(new Set(ids).size).toBe(ids.length)
    const labels = all(html, /aria-labelledby="([^"]+)"/g)
    expect(labels).toHaveLength(all(html, /<(section)/g).length)
    for (const label of labels) expect(ids).toContain(label)
  })

  it('gives every table a caption and every column heading its scope', () => {
    const tables = html.split('<table').slice(1)
    expect(tables.length).toBeGreaterThan(3)
    for (const table of tables) expect(table).toMatch(/^[^>]*>\s*<caption>\s*\S/)
    for (const heading of all(html, /<th( [^>]*)?>/g)) expect(heading).toContain('scope="col"')
  })

  it('reads aloud the summary, the connection and what was ordered, and nothing that changes every second', () => {
    expect(all(html, /id="([^"]+)"[^>]*(?:aria-live|role="status")/g)).toEqual([
      'connection',
      'summary',
      'ordered',
    ])
  })

  it('has nothing inline, which its policy would forbid', () => {
    expect(html).not.toMatch(/ style=| on[a-z]+=|<style|<script(?![^>]*src=)/)
    expect(scripts).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|\.style\b|eval\(|document\.write/)
  })

  it('finds in its markup every element that its scripts look for', () => {
    const ids = all(html, / id="([^"]+)"/g)
    const wanted = all(scripts, /(?:getElementById|setText|setRows)\(\s*'([^']+)'/g)
    expect(wanted.length).toBeGreaterThan(10)
    for (const id of wanted) expect(ids).toContain(id)
  })

  it.each([
    ['light', css.slice(0, css.indexOf('@media'))],
    ['dark', css.slice(css.indexOf('prefers-color-scheme: dark'))],
  ])('has enough contrast in its %s colours (WCAG AA)', (_name, part) => {
    const colours = coloursIn(part)
    for (const text of ['text', 'quiet', 'good', 'bad', 'accent']) {
      for (const back of ['back', 'card']) {
        const ratio = contrast(colours[text] ?? '', colours[back] ?? '')
        expect(ratio, `${text} on ${back}`).toBeGreaterThanOrEqual(4.5)
      }
    }
    expect(contrast(colours['on-accent'] ?? '', colours['accent'] ?? '')).toBeGreaterThanOrEqual(4.5)
  })

  it('shows where the focus is, and stands still for who wants that', () => {
    expect(css).toMatch(/:focus-visible \{\s*outline: 3px/)
    expect(css).not.toMatch(/outline: (?:none|0)/)
    expect(css).toContain('prefers-reduced-motion: reduce')
  })
})
