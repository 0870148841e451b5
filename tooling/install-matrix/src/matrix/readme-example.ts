import { isBuiltin } from 'node:module'

/** The first TypeScript block of a README; undefined when there is none. */
export function readmeExample(markdown: string): string | undefined {
  return /^```ts\n(?<code>[\s\S]*?)^```/m.exec(markdown)?.groups?.['code']
}

const specifier = /^(?:import|\} from|import\b.*\bfrom) '(?<name>[^']+)'/gm

/** Names of the packages that an example imports, without Node's own modules. */
export function importedPackages(code: string): readonly string[] {
  const names = [...code.matchAll(specifier)].map(({ groups }) => groups?.['name'] ?? '')
  const packages = names
    .filter((name) => !isBuiltin(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  return [...new Set(packages)].toSorted()
}

/**
 * The same example for a CommonJS file: the compiler makes `require` of the imports, and what may await only in an ES
 * module goes into a function.
 */
export function toCommonJs(code: string): string {
  const lines = code.split('\n')
  const last = lines.findLastIndex((line) => /^(?:import\b.*|\}) from '[^']+'|^import '[^']+'/.test(line))
  const imports = lines.slice(0, last + 1)
  const body = lines.slice(last + 1)
  return [
    ...imports,
    '',
    'async function main(): Promise<void> {',
    ...body,
    '}',
    '',
    'main().catch((error: unknown) => {',
    '  console.error(error)',
    '  process.exitCode = 1',
    '})',
    '',
  ].join('\n')
}
