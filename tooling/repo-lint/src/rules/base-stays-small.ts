import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

const maxLines = 300

/** `base` is what all share and nothing else: its sources together stay under 300 lines. */
export function baseStaysSmall(repo: RepoView): readonly Problem[] {
  const lines = [...repo.files]
    .filter(([path]) => path.startsWith('packages/base/src/'))
    .reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0)
  if (lines < maxLines) return []
  return [
    {
      path: 'packages/base/src',
      message: `${lines} lines; base stays under ${maxLines}: does this belong to all?`,
    },
  ]
}
