import { relative, sep } from 'node:path'
import { tapLogCalls, type SyntaxNode } from './tap-log-calls.ts'

/** The part of a Vite plugin that is used here. */
export interface LogTapPlugin {
  readonly name: string
  readonly enforce: 'post'
  transform(
    this: { parse(code: string): unknown },
    code: string,
    id: string,
  ): { readonly code: string; readonly map: null } | undefined
}

/** For vitest: log calls in sources of packages and apps below `root` are told to the tap on the way to a test. */
export function logTapPlugin(root: string): LogTapPlugin {
  return {
    name: 'log-tap',
    // Types are gone then: what is parsed is plain JavaScript.
    enforce: 'post',
    transform(code, id) {
      const source = relative(root, id).split(sep).join('/')
      if (!/^(?:packages|apps)\/[^/]+\/src\/.*\.ts$/.test(source)) return undefined
      const tapped = tapLogCalls(code, source, (text) => this.parse(text) as SyntaxNode)
      return tapped === undefined ? undefined : { code: tapped, map: null }
    },
  }
}
