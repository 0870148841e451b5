import { shapeOf, type ApiSymbol, type DoorApi } from './package-api.ts'

/**
 * The snapshot of one package: every door with what it exports, then what those refer to. A section a symbol, so that a
 * change shows as a change of its section. Nothing of it depends on files, their order or comments.
 */
export function formatApi(name: string, doors: readonly DoorApi[]): string {
  const sections = doors.flatMap(({ door, exported, handedOn, behind }) => [
    `## ${door}\n`,
    ...(handedOn.length === 0 ? [] : [`Of other packages: ${handedOn.map(toHandedOn).join(', ')}\n`]),
    ...exported.map((symbol) => section(symbol)),
    ...(behind.length === 0 ? [] : [`## ${door}, not exported, and part of the types above\n`]),
    ...behind.map((symbol) => section(symbol)),
  ])
  return [
    `# Public API of ${name}\n`,
    'Written by `pnpm api:update`. A change here is a change for users.\n',
    ...sections,
  ].join('\n')
}

const toHandedOn = ({ name, from }: DoorApi['handedOn'][number]): string => `\`${name}\` (${from})`

function section(symbol: ApiSymbol): string {
  const { name, declarations } = symbol
  const [first] = declarations
  const renamed = first?.name === name ? '' : ` (there \`${first?.name}\`)`
  const texts = declarations.map((declaration) => shapeOf(symbol, declaration).text)
  // Declarations of values come with every name of their statement; one text is enough.
  return `### ${first?.kind} \`${name}\`${renamed}\n\n\`\`\`ts\n${[...new Set(texts)].join('\n')}\n\`\`\`\n`
}
