import { readDeclarationFile } from '../src/declaration-file.ts'
import { collectDoor, type ApiSymbol, type DoorApi } from '../src/package-api.ts'

/** The door `index.d.ts` of a package that is made up of some declaration files. */
export function madeUpDoor(files: Readonly<Record<string, string>>): DoorApi {
  const parsed = Object.entries(files).map(([path, text]) => [path, readDeclarationFile(path, text)] as const)
  return collectDoor('@headwater/made-up', 'index.d.ts', new Map(parsed))
}

/** One exported symbol of one file. */
export function madeUpSymbol(text: string): ApiSymbol {
  const [symbol] = madeUpDoor({ 'index.d.ts': text }).exported
  if (symbol === undefined) throw new Error('it exports nothing')
  return symbol
}
