/**
 * The anchor that GitHub gives a heading: lower case, only letters, digits, `_`, `-` and spaces stay, spaces become
 * `-`. The second heading of the same text gets `-1`, the third `-2`.
 */
export function headingSlugs(headings: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return headings.map((heading) => {
    const base = headingSlug(heading)
    const before = seen.get(base)
    seen.set(base, (before ?? -1) + 1)
    return before === undefined ? base : `${base}-${before + 1}`
  })
}

function headingSlug(heading: string): string {
  const text = heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/<[^>]+>/g, '')
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
}
