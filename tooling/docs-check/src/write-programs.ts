import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { givenLine } from './givens.ts'
import { linkModules } from './link-modules.ts'
import type { Program } from './plan-blocks.ts'
import type { Problem } from './problem.ts'

/** A program as a file in the scratch folder; its lines have the numbers that they have in the document. */
export interface WrittenProgram extends Program {
  readonly file: string
  /** Without the folder. */
  readonly name: string
}

/** Writes all programs that can be compiled into an empty folder, with a tsconfig beside them. */
export function writePrograms(
  programs: readonly Program[],
  folder: string,
): { readonly written: readonly WrittenProgram[]; readonly problems: readonly Problem[] } {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  linkModules(join(import.meta.dirname, '../../..'), folder)
  const problems: Problem[] = []
  const written = programs
    .filter((each) => each.proof.kind !== 'parse-only')
    .map((program): WrittenProgram => {
      const given = program.given.map((name) => {
        const line = givenLine(name, program.proof.kind === 'run')
        if (line === undefined)
          problems.push({ ...program, message: `takes ${name} as given, which givens.ts does not know` })
        return line ?? ''
      })
      // Tests have names by which their runners find them.
      const ending =
        program.proof.kind === 'run-with' ? `${program.proof.runner.replace(':', '-')}.test.ts` : 'ts'
      const name = `${program.path.replaceAll(/[^\w]+/g, '-')}-${program.line}.${ending}`
      const file = join(folder, name)
      writeFileSync(file, placed(program, ['export {}', ...given].join('; ')))
      return { ...program, name, file }
    })
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.base.json',
      compilerOptions: {
        noEmit: true,
        isolatedDeclarations: false,
        declaration: false,
        declarationMap: false,
      },
      include: ['*.ts'],
    }),
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  return { written, problems }
}

function placed({ blocks }: Program, firstLine: string): string {
  const lines = [firstLine]
  for (const block of blocks) {
    while (lines.length < block.line - 1) lines.push('')
    lines.push(...block.code.trimEnd().split('\n'))
  }
  return `${lines.join('\n')}\n`
}
