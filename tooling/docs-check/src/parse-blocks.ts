import { parseSync } from 'oxc-parser'
import { parseAllDocuments } from 'yaml'
import type { Problem } from './problem.ts'
import { commandsOf } from './shell-commands.ts'
import type { CodeBlock } from './read-markdown.ts'
import { runCommand } from './run-command.ts'

/** Parses JSON and YAML; JSON with comments is read as such where its fence says `jsonc`. */
export function parseData(blocks: readonly CodeBlock[]): readonly Problem[] {
  return blocks.flatMap((block): Problem[] => {
    const fault = block.language === 'json' ? jsonFault(block.code) : yamlFault(block)
    return fault === undefined ? [] : [{ ...block, message: `is no ${block.language}: ${fault}` }]
  })
}

/** Parses programs that cannot be compiled here, because what they import is not installed. */
export function parsePrograms(blocks: readonly CodeBlock[]): readonly Problem[] {
  return blocks.flatMap((block): Problem[] => {
    const [fault] = parseSync('block.ts', block.code, { lang: 'ts', sourceType: 'module' }).errors
    return fault === undefined ? [] : [{ ...block, message: `does not parse: ${fault.message}` }]
  })
}

/** Has bash read the commands without running them. */
export async function parseShell(blocks: readonly CodeBlock[], cwd: string): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const block of blocks) {
    const { exitCode, stderr } = await runCommand('bash', ['-n', '-c', commandsOf(block)], { cwd })
    if (exitCode !== 0) problems.push({ ...block, message: `bash cannot read it: ${stderr.trim()}` })
  }
  return problems
}

function jsonFault(code: string): string | undefined {
  try {
    JSON.parse(code)
    return undefined
  } catch (error) {
    return String(error)
  }
}

function yamlFault({ code, language }: CodeBlock): string | undefined {
  const text = language === 'jsonc' ? code.replaceAll(/^\s*\/\/.*$/gm, '') : code
  const documents = parseAllDocuments(text, { strict: true })
  return 'empty' in documents ? 'it is empty' : documents.flatMap((each) => each.errors)[0]?.message
}
