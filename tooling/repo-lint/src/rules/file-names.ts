import type { Problem } from '../problem.ts'
import { isSample, type RepoView } from '../repo-view.ts'

/** A file that cannot be named does not know its job. */
const forbidden = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'misc', 'types', 'lib'])
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/
/** Names that tools or customs fix: README.md, LICENSE, dot files. */
const fixedByCustom = /^(?:[A-Z]+(?:\.md)?|\..*)$/
/** A Java file is named after its class, and Go knows its tests by the underscore, as people know those of promtool. */
const namedByCompiler = /\.java$|_test\.(?:go|yml)$/

/** The folders of a committed history are named after their subjects. */
const namedBySubject = /^schemas\/\.history\//

/** Files and folders are kebab-case, and none has a name that could hold anything. */
export function fileNames(repo: RepoView): readonly Problem[] {
  return [...repo.files.keys()]
    .filter((path) => !isSample(path) && !namedBySubject.test(path))
    .flatMap((path): Problem[] => {
      const parts = path.split('/').filter((part) => !fixedByCustom.test(part) && !namedByCompiler.test(part))
      const vague = parts.find((part) => forbidden.has(part.split('.')[0] ?? ''))
      if (vague !== undefined)
        return [{ path, message: `"${vague}" says nothing: name it after what it holds` }]
      const odd = parts.find((part) => !kebab.test(part))
      return odd === undefined ? [] : [{ path, message: `"${odd}" is not kebab-case` }]
    })
}
