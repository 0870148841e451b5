import { describe, expect, it } from 'vitest'
import { houseMap } from '../../src/house-map.ts'
import { houseMapHolds } from '../../src/rules/house-map-holds.ts'
import { madeUpManifest, madeUpRepo } from '../made-up-repo.ts'

const drawing = ['floor 1  producer', 'floor 0  protocol   and nothing else', 'ground   base'].join('\n')
const files = {
  'packages/producer/package.json': madeUpManifest('packages/producer'),
  'packages/producer/src/index.ts': `import { a } from '@headwater/protocol'\nimport type { B } from '@headwater/base'`,
}
const map = houseMap(madeUpRepo(files))
const design = (text: string): string =>
  `${drawing}\n\n<!-- house:start -->\n\n${text}\n\n<!-- house:end -->\n`
const messages = (changes: Readonly<Record<string, string>>): readonly string[] =>
  houseMapHolds(madeUpRepo({ ...files, ...changes })).map(({ message }) => message)

describe('houseMapHolds', () => {
  it('takes the map that the imports give, however its columns are padded', () => {
    expect(map).toContain('| `producer` | ')
    expect(messages({ 'DESIGN.md': design(map) })).toEqual([])
    expect(
      messages({ 'DESIGN.md': design(map.replaceAll(' | ', '   |  ').replaceAll('---', '-------')) }),
    ).toEqual([])
  })

  it('refuses a map that says something else, and none', () => {
    const other = map.replace('`protocol`', '`avro`')
    expect(messages({ 'DESIGN.md': design(other) })[0]).toContain('pnpm house-map')
    expect(messages({ 'DESIGN.md': '# Design' })[0]).toContain('has no place for the map')
  })

  it('refuses an import that goes up the floors of the drawing', () => {
    const upside = drawing.replace('floor 1', 'floor 0').replace('floor 0  protocol', 'floor 1  protocol')
    const found = messages({ 'DESIGN.md': design(map).replace(drawing, upside) })
    expect(found).toEqual(['imports @headwater/protocol, which DESIGN.md draws above producer'])
  })

  it('refuses a package without a floor', () => {
    const found = messages({ 'DESIGN.md': design(map).replace('floor 1  producer\n', '') })
    expect(found).toContain('draws no floor for producer')
  })
})
