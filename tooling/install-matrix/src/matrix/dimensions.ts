export type Manager = 'npm' | 'pnpm-10' | 'pnpm-11' | 'yarn-1' | 'yarn-4'
export type NodeMajor = '22' | '24' | '26'
/** How the program of the user gets at the package: an ES module that imports, or CommonJS that requires one. */
export type ModuleKind = 'import' | 'require'
export type TypescriptMajor = '5' | '6' | '7'
/** `moduleResolution` of the user's tsconfig.json. */
export type Resolution = 'nodenext' | 'bundler'

/** One folder of one user: a package, and how it is installed and used. */
export interface Cell {
  readonly package: string
  readonly manager: Manager
  readonly node: NodeMajor
  readonly kind: ModuleKind
  readonly typescript: TypescriptMajor
  readonly resolution: Resolution
}

/** What a user chooses before installing one of our packages, and the values that are tried. */
export const dimensions: {
  readonly manager: readonly Manager[]
  readonly node: readonly NodeMajor[]
  readonly kind: readonly ModuleKind[]
  readonly typescript: readonly TypescriptMajor[]
  readonly resolution: readonly Resolution[]
} = {
  manager: ['npm', 'pnpm-10', 'pnpm-11', 'yarn-1', 'yarn-4'],
  node: ['22', '24', '26'],
  kind: ['import', 'require'],
  typescript: ['5', '6', '7'],
  resolution: ['nodenext', 'bundler'],
}

/** What nobody tries here, and why: printed below the table of docs/support.md. */
export const leftOut: readonly string[] = [
  'pnpm 12 comes from npm as one native program for each platform, which would add 300 MB to each run; pnpm 10 and 11 stand for it.',
  "Plug'n'Play of yarn 4 in the table: its cells use `nodeLinker: node-modules`. One more folder has all packages under Plug'n'Play, where none finds what it does not declare: there each is loaded, the spool of the producer and `fileClaimChecks` keep bytes on the disk, and `create-headwater` writes a service.",
  'Windows and macOS. On Linux for arm64 Node 22.15 is left out, because npm has no such build.',
  'Install scripts: no cell runs any, so what passes needs none.',
  '`@headwater/embedded/vitest`: it needs vitest, an optional peer; the tests of this repository use it all the time.',
]
