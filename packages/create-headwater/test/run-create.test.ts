import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { runCreate } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Runs the command in a new folder; with answers, as at a terminal. */
async function run(args: readonly string[], answers?: readonly string[], userAgent = 'npm/11.0.0 node/v26') {
  const cwd = temporaryFolder()
  const input = new PassThrough()
  const output = new PassThrough()
  let out = ''
  let err = ''
  const left = [...(answers ?? [])]
  output.setEncoding('utf8').on('data', (text: string) => {
    out += text
    // A question ends with its default in brackets; it is answered when it was asked, as people do.
    if (!text.endsWith('): ')) return
    const answer = left.shift()
    if (answer === undefined) input.end()
    else input.write(`${answer}\n`)
  })
  const exitCode = await runCreate(args, {
    cwd,
    env: { npm_config_user_agent: userAgent },
    input,
    output,
    err: (text) => (err += text),
    isTerminal: answers !== undefined,
  })
  const read = (file: string): string => readFileSync(join(cwd, file), 'utf8')
  return { cwd, exitCode, out, err, read }
}

describe('runCreate', () => {
  it('takes flags, and says what comes next', async () => {
    const flags = '--name shop-orders --codec json --channel web-form --ci none --package-manager yarn'
    const { exitCode, out, read } = await run(['shop', ...flags.split(' '), '--yes', '--no-install'])
    expect(exitCode).toBe(0)
    expect(read('shop/src/open-codec.ts')).toContain('createJsonCodec')
    expect(read('shop/src/open-routes.ts')).toContain('webFormChannel')
    expect(read('shop/package.json')).toContain('"shop-orders"')
    expect(out).toContain('  cd shop\n  yarn install\n  yarn run test\n')
  })

  it('asks for what the flags leave open', async () => {
    const { exitCode, out, read } = await run(
      ['--codec', 'json', '--no-install'],
      ['shop', '', 'whatsapp', '', 'gitlab'],
    )
    expect(exitCode).toBe(0)
    expect(out).not.toContain('on the wire')
    expect(read('shop/src/open-routes.ts')).toContain('whatsAppChannel')
    expect(read('shop/.gitlab-ci.yml')).toContain('npm ci')
    expect(read('shop/.env.example')).toContain('SERVICE_NAME=shop\n')
  })

  // One wrong letter threw every answer away, and so did a folder with something in it, behind the last question.
  it('asks again for what it cannot take, and says why', async () => {
    const { exitCode, out, read } = await run(
      ['--codec', 'json', '--no-install'],
      [import.meta.dirname, 'My Shop', '', 'shop', 'emial', 'email', '', ''],
    )
    expect(exitCode).toBe(0)
    expect(out).toContain('choose a new folder')
    expect(out).toContain('"My Shop" cannot be the name of a service')
    expect(out).toContain('channel cannot be "emial": choose one of none, email, whatsapp, web-form\n')
    expect(out).toContain('\n  cd "My Shop"\n')
    expect(read('My Shop/package.json')).toContain('"shop"')
  })

  it('refuses a folder that is not free before it asks anything', async () => {
    const { exitCode, out, err } = await run([import.meta.dirname], [])
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain('choose a new folder')
  })

  it('asks nothing where nobody can answer', async () => {
    const { exitCode, read } = await run(['shop', '--no-install'], undefined, 'pnpm/10.34.9 npm/? node/v26')
    expect(exitCode).toBe(0)
    expect(read('shop/README.md')).toContain('pnpm run test')
  })

  it('writes which yarn runs it, and of a yarn that somebody else would run nothing', async () => {
    const agent = 'yarn/4.18.1 npm/? node/v26.10.0 linux x64'
    const { read } = await run(['shop', '--no-install'], undefined, agent)
    expect(JSON.parse(read('shop/package.json')).packageManager).toBe('yarn@4.18.1')
    const flags = ['--package-manager', 'yarn', '--no-install']
    const other = await run(['shop', ...flags], undefined, 'npm/11.19.1 node/v26.10.0 linux x64')
    expect(JSON.parse(other.read('shop/package.json')).packageManager).toBeUndefined()
  })

  it('writes nothing when somebody leaves at a question', async () => {
    const { exitCode, err, cwd } = await run(['shop'], ['email'])
    expect(exitCode).toBe(130)
    expect(err).toContain('nothing was written')
    expect(existsSync(join(cwd, 'shop'))).toBe(false)
  })

  it('refuses a wrong name before it asks anything else', async () => {
    const { exitCode, out, err } = await run(['Shop'], [])
    expect(exitCode).toBe(2)
    expect(err).toContain('"Shop" cannot be the name of a service')
    expect(out).toBe('')
  })

  it.each([
    [['--chanel', 'email'], "Unknown option '--chanel'"],
    [['shop', '--channel', 'fax'], 'choose one of none, email, whatsapp, web-form'],
    [['one', 'two'], 'two is too much. --help lists the options.'],
    [['shop', '--codec'], "--codec=-XYZ'. --help lists the options."],
  ])('ends with 2 for %j', async (args, message) => {
    const { exitCode, err } = await run([...args, '--yes', '--no-install'])
    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)])
  })

  it('ends with 2 for a folder that is not empty, until it is forced', async () => {
    const { cwd, exitCode, err } = await run(['--yes', '--no-install', '--name', 'orders'])
    expect([exitCode, err]).toEqual([0, ''])
    writeFileSync(join(cwd, 'orders', 'README.md'), 'mine')
    const again = (...more: readonly string[]) =>
      runCreate(['orders', '--yes', '--no-install', ...more], {
        cwd,
        env: {},
        input: new PassThrough(),
        output: new PassThrough(),
        err: () => undefined,
        isTerminal: false,
      })
    expect(await again()).toBe(2)
    expect(readFileSync(join(cwd, 'orders', 'README.md'), 'utf8')).toBe('mine')
    expect(await again('--force')).toBe(0)
    expect(readFileSync(join(cwd, 'orders', 'README.md'), 'utf8')).toContain('# orders')
  })

  it.each(['--help', '-h'])('prints its options for %s', async (flag) => {
    const { exitCode, out } = await run([flag])
    expect(exitCode).toBe(0)
    expect(out).toContain('--package-manager npm|pnpm|yarn')
  })
})
