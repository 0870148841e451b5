import { spawn } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '@headwater/cli'
import { describe, expect, it } from 'vitest'
import { createService } from '../src/index.ts'
import { starterChoices } from '../src/starter-options.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Every pair of channel and codec; what else can be chosen changes no code. */
const variants = starterChoices.channel.flatMap((channel) =>
  starterChoices.codec.map((codec) => ({ name: `${channel}-${codec}`, channel, codec })),
)
/** Each channel once, the codecs by turns: what one has to do with the other is in the types. */
const runVariants = starterChoices.channel.map(
  (channel, index) => `${channel}-${index % 2 === 0 ? 'avro' : 'json'}`,
)

/** All variants in one folder, which finds the packages of this workspace. */
function writeVariants(): string {
  const folder = temporaryFolder()
  for (const { name, channel, codec } of variants)
    createService({ folder: join(folder, name), name, channel, codec })
  return folder
}

function runIn(
  cwd: string,
  program: string,
  ...args: string[]
): Promise<{ exitCode: number; output: string }> {
  // The test runner of Node would take our runner's environment for its own.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}

describe('the variants of a new service', { timeout: 180_000 }, () => {
  it('are type-checked, all of them', async () => {
    const folder = writeVariants()
    const config = { extends: './none-avro/tsconfig.json', include: ['*/src', '*/test'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    expect(await runIn(folder, 'tsc', '-p', 'tsconfig.json')).toEqual({ exitCode: 0, output: '' })
  })

  it('pass their tests, which look at the log of an embedded Kafka', async () => {
    const folder = writeVariants()
    // One process for all of them: what they load is the same.
    const files = runVariants.flatMap((name) => globSync(`${name}/test/*.test.ts`, { cwd: folder }))
    writeFileSync(join(folder, 'all.ts'), files.map((file) => `import './${file}'\n`).join(''))
    const { exitCode, output } = await runIn(folder, process.execPath, '--test-reporter=tap', 'all.ts')
    expect([exitCode, output]).toEqual([0, expect.stringContaining('# fail 0')])
    // Four of every service, and two of each of the three channels.
    expect(output).toContain('# pass 22')
  })

  it('have the types that their schema gives, and a configuration that finds it', async () => {
    const folder = join(temporaryFolder(), 'orders')
    createService({ folder, name: 'orders' })
    let printed = ''
    const print = (text: string): void => void (printed += text)
    const headwater = (...args: string[]) =>
      runProgram([...args, '--cwd', folder], { out: print, err: print, env: {} })
    expect([await headwater('schemas', 'types', '--out', 'src/schema-types.ts', '--check'), printed]).toEqual(
      [0, 'src/schema-types.ts is up to date (1 schema).\n'],
    )
    expect(await headwater('schemas', 'list')).toBe(0)
    expect(printed).toContain('shop.OrderPlaced   schemas/order-placed.avsc   BACKWARD')
    // As its README says, after `cp .env.example .env`: without the file the check found everything missing.
    const [, command = ''] =
      /`npx headwater (config check[^`]*)`/.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? []
    copyFileSync(join(folder, '.env.example'), join(folder, '.env'))
    const args = command.split(' ').map((each) => (each === '.env' ? join(folder, each) : each))
    expect([await runProgram(args, { out: print, err: print, env: {} }), args.length]).toEqual([0, 4])
  })
})
