import { describe, expect, it } from 'vitest'
import { changesetProblems } from '../src/read-changeset.ts'

const published = new Set(['@headwater/base', 'create-headwater'])
const changeset = (text: string, front = "'@headwater/base': minor\n"): string =>
  `---\n${front}---\n\n${text}\n`

describe('changesetProblems', () => {
  it('takes a sentence to users', () => {
    const text = 'You can now hand a clock to every package.\n\nPass `clock` where you make it.'
    expect(changesetProblems(changeset(text), published)).toEqual([])
    expect(
      changesetProblems(changeset('`flush` no longer waits for records that were given up.'), published),
    ).toEqual([])
  })

  it.each([
    'fix: clocks',
    'fix(base): clocks no longer drift when they are idle.',
    'Bump zod.',
    'you can now hand a clock to it.',
    'You can now hand a clock to it',
    '',
  ])('refuses "%s"', (text) => {
    expect(changesetProblems(changeset(text), published)).toHaveLength(1)
  })

  it('refuses what is no published package, and no front matter', () => {
    const text = 'You can now hand a clock to every package.'
    expect(changesetProblems(changeset(text, "'@headwater/demo': minor\n"), published)).toHaveLength(1)
    expect(changesetProblems(changeset(text, "'@headwater/base': huge\n"), published)).toHaveLength(1)
    expect(changesetProblems(changeset(text, ''), published)).toHaveLength(1)
    expect(changesetProblems(text, published)).toHaveLength(1)
  })

  it('takes an empty one, which says that users notice nothing', () => {
    expect(changesetProblems(changeset('', ''), published)).toEqual([])
  })
})
