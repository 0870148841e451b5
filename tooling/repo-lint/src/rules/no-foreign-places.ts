import type { Problem } from '../problem.ts'
import type { RepoView } from '../repo-view.ts'

/** Home folders of people and machines. A word or a host before the slash makes it a path of something else. */
const homeFolder = /(?<![\w.~-])(?:\/home\/|\/Users\/|\/root\/|[A-Z]:\\+Users\\)[\w.-]+/
/** Whoever installs chooses the registry; a file that names one breaks the install behind a mirror. */
const registryHost =
  /\b(?:registry\.(?:npmjs|yarnpkg|npmmirror)\.(?:org|com)|npm\.pkg\.github\.com|proxy\.golang\.org|repo1?\.maven(?:\.apache)?\.org|unpkg\.com|cdn\.jsdelivr\.net|pypi\.org)\b/

/** No committed file names a place of one machine, or the host of a package registry. */
export function noForeignPlaces(repo: RepoView): readonly Problem[] {
  return [...repo.files].flatMap(([path, text]) => {
    if (text.includes('\0')) return []
    return text.split('\n').flatMap((line, index): Problem[] => {
      const found = homeFolder.exec(line) ?? registryHost.exec(line)
      return found === null ? [] : [{ path, line: index + 1, message: `names ${found[0]}` }]
    })
  })
}
