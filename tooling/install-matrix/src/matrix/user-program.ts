import type { Cell } from './dimensions.ts'
import { toCommonJs } from './readme-example.ts'

/** The ending of a user's TypeScript files, which says what kind of module they are. */
export const sourceEnding = (cell: Pick<Cell, 'kind'>): string => (cell.kind === 'import' ? '.mts' : '.cts')
/** The ending of the compiled file. */
export const builtEnding = (cell: Pick<Cell, 'kind'>): string => (cell.kind === 'import' ? '.mjs' : '.cjs')

/** Plain JavaScript that loads doors, fails when one of them is empty, and prints how many exports there are. */
export function loaderProgram(doors: readonly string[], kind: Cell['kind']): string {
  const load = (door: string): string =>
    kind === 'import' ? `await import(${JSON.stringify(door)})` : `require(${JSON.stringify(door)})`
  return [
    'let exports_ = 0',
    ...doors.flatMap((door, index) => [
      `const door${index} = Object.keys(${load(door)})`,
      `if (door${index}.length === 0) throw new Error(${JSON.stringify(`${door} exports nothing`)})`,
      `exports_ += door${index}.length`,
    ]),
    'console.log(exports_)',
    '',
  ].join('\n')
}

/** TypeScript that uses doors. It compiles only when their types are found, and are not `any`. */
export function typedProgram(doors: readonly string[], kind: Cell['kind']): string {
  return [
    ...doors.map((door, index) =>
      kind === 'import'
        ? `import * as door${index} from ${JSON.stringify(door)}`
        : `import door${index} = require(${JSON.stringify(door)})`,
    ),
    ...doors.flatMap((_, index) => [
      '// @ts-expect-error: were the types not found, or any, this would be allowed',
      `console.log(door${index}.thereIsNoSuchExport)`,
    ]),
    '',
  ].join('\n')
}

/** An example of a README as a file of this cell's kind. */
export function exampleProgram(code: string, kind: Cell['kind']): string {
  return kind === 'import' ? code : toCommonJs(code)
}

/** tsconfig.json of a careful user: strict, and declaration files of packages are checked too. */
export function compilerConfig(resolution: Cell['resolution'], files: readonly string[]): object {
  return {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: resolution === 'nodenext' ? 'nodenext' : 'preserve',
      moduleResolution: resolution,
      types: ['node'],
      strict: true,
      skipLibCheck: false,
      outDir: 'built',
      rootDir: '.',
    },
    files,
  }
}
