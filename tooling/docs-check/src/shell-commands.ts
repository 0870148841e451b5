import type { CodeBlock } from './read-markdown.ts'

/**
 * The commands of a block: of `console` the lines behind `$ `. A heredoc goes on without a prompt until its end; other
 * lines without one are output.
 */
export function commandsOf({ language, code }: CodeBlock): string {
  if (language !== 'console') return code
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((step) => /^.*<<'?(\w+)'?[^]*?\n\1\n/.exec(step)?.[0] ?? step.slice(0, step.indexOf('\n') + 1))
    .join('')
}
