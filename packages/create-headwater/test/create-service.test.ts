import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createService, StarterError } from '../src/index.ts'
import { starterChoices } from '../src/starter-options.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = join(import.meta.dirname, '../../..')

describe('createService', () => {
  it('writes a service under its own name, with nothing left of the templates', () => {
    const folder = join(temporaryFolder(), 'shop-orders')
    const { files } = createService({ folder, name: 'shop-orders', channel: 'email' })
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(texts.filter((text) => text.includes('my-service'))).toEqual([])
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'shop-orders',
    })
    expect(files).toEqual(expect.arrayContaining(['.env.example', '.gitignore', 'test/emails.test.ts']))
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('node_modules/\n')
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('claim-checks/\n')
  })

  it('asks for the Headwater packages of its own release, and for the tools that were tried with them', () => {
    const folder = temporaryFolder()
    createService({ folder, name: 'orders', channel: 'whatsapp' })
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
    const { catalog } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const all: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies }
    for (const [name, range] of Object.entries(all)) {
      expect([name, range]).toEqual([name, `^${name.startsWith('@headwater/') ? version : catalog[name]}`])
    }
    expect(Object.keys(all)).toContain('@headwater/channels')
  })

  it.each(['npm', 'pnpm', 'yarn'] as const)('speaks of %s alone where it was chosen', (packageManager) => {
    const folder = temporaryFolder()
    createService({ folder, name: 'orders', packageManager, ci: 'gitlab' })
    const texts = ['README.md', '.gitlab-ci.yml', '.env.example'].map((file) =>
      readFileSync(join(folder, file), 'utf8').replaceAll(/npm install --global (?:--force )?\w+ && /g, ''),
    )
    const words = new Set(texts.flatMap((text) => text.match(/\b(?:npm|npx|pnpm|yarn)\b/g) ?? []))
    expect([...words].filter((word) => word !== packageManager)).toEqual(
      packageManager === 'npm' ? ['npx'] : [],
    )
    const { test } = parse(texts[1] ?? '')
    expect(test.script).toContain(`${packageManager} run check`)
  })

  // pnpm 11 ended with 1, ERR_PNPM_IGNORED_BUILDS, in every new service, and npm asked about the script at each installation.
  it('says of the one install script below it that it need not run', () => {
    const folder = temporaryFolder()
    const writtenFor = (packageManager: 'npm' | 'pnpm' | 'yarn') => {
      createService({ folder, name: 'orders', packageManager, force: true })
      return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).allowScripts
    }
    expect(writtenFor('pnpm')).toBeUndefined()
    const { allowBuilds } = parse(readFileSync(join(folder, 'pnpm-workspace.yaml'), 'utf8'))
    expect(allowBuilds).toEqual({ protobufjs: false })
    expect(writtenFor('npm')).toEqual(allowBuilds)
    expect(writtenFor('yarn')).toBeUndefined()
    // The only one: whatever comes to this list has to be decided here too.
    const policy = JSON.parse(readFileSync(join(root, 'tooling/install-matrix/policy.json'), 'utf8'))
    expect(Object.keys(policy.installScripts)).toEqual(Object.keys(allowBuilds))
  })

  // `npm test` of a new service ended with "SyntaxError: Unexpected identifier" on the Node 22.18 of its own `engines`.
  it('is written in what the oldest Node of its manifest understands', () => {
    for (const channel of starterChoices.channel) {
      const folder = temporaryFolder()
      const { files } = createService({ folder, name: 'orders', channel })
      const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
      expect(JSON.parse(read('package.json')).engines).toEqual({ node: '>=22.18' })
      // Node runs these as they are: what no stripping of types takes away has to be JavaScript of Node 22.
      const younger = /^\s*(?:await )?using \w/m
      expect(files.filter((file) => file.endsWith('.ts') && younger.test(read(file)))).toEqual([])
    }
  })

  // `tsc` found no types in what yarn 4 installed, and a CI with yarn 1 could not read the lockfile of yarn 4.
  it.each([
    ['4.18.1', 'yarn@4.18.1', 'corepack enable && yarn install --immutable'],
    ['1.22.22', undefined, 'npm install --global --force yarn && yarn install --frozen-lockfile'],
    [undefined, undefined, 'npm install --global --force yarn && yarn install --frozen-lockfile'],
  ])('installs by yarn %s in the CI as on the desk', (packageManagerVersion, pinned, command) => {
    const folder = temporaryFolder()
    createService({ folder, name: 'orders', packageManager: 'yarn', packageManagerVersion })
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
    expect(JSON.parse(read('package.json')).packageManager).toBe(pinned)
    expect(parse(read('.yarnrc.yml'))).toEqual({ nodeLinker: 'node-modules' })
    expect(parse(read('.github/workflows/ci.yml')).jobs.test.steps).toContainEqual({ run: command })
  })

  it.each(['github', 'gitlab', 'none'] as const)('checks the schemas in the CI %s', (ci) => {
    const folder = temporaryFolder()
    const { files } = createService({ folder, name: 'orders', ci })
    const jobs = files.filter((file) => file.endsWith('ci.yml'))
    expect(jobs).toEqual({ github: ['.github/workflows/ci.yml'], gitlab: ['.gitlab-ci.yml'], none: [] }[ci])
    for (const job of jobs) {
      const text = readFileSync(join(folder, job), 'utf8')
      expect(text).toContain('headwater schemas check')
      expect(parse(text)).toBeTypeOf('object')
    }
  })

  it('leaves a folder alone that has something in it', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    expect(() => createService({ folder, name: 'orders' })).toThrow(
      expect.objectContaining({ code: 'FOLDER_NOT_EMPTY', message: expect.stringContaining('notes.txt') }),
    )
    expect(readdirSync(folder)).toEqual(['notes.txt'])
  })

  it('writes beside what is there with force', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    writeFileSync(join(folder, 'README.md'), 'mine')
    createService({ folder, name: 'orders', force: true })
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(/^# orders\n/)
  })

  it('takes a repository without files for empty', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, '.git'))
    createService({ folder, name: 'orders' })
    expect(existsSync(join(folder, 'src/main.ts'))).toBe(true)
  })

  it('says so when the folder is a file', () => {
    const folder = join(temporaryFolder(), 'orders')
    writeFileSync(folder, '')
    expect(() => createService({ folder, name: 'orders', force: true })).toThrow(
      expect.objectContaining({ code: 'CANNOT_WRITE', message: expect.stringContaining('ENOTDIR') }),
    )
  })

  it.each([
    '',
    'Orders',
    'my service',
    '../orders',
    '-orders',
    'orders-',
    'node_modules',
    'ä',
    'a'.repeat(101),
  ])('refuses the name "%s"', (name) => {
    const folder = join(temporaryFolder(), 'new')
    expect(() => createService({ folder, name })).toThrow(StarterError)
    expect(() => createService({ folder, name })).toThrow(
      expect.objectContaining({ code: 'INVALID_SERVICE_NAME' }),
    )
    expect(existsSync(folder)).toBe(false)
  })

  it('refuses half a version', () => {
    const folder = join(temporaryFolder(), 'new')
    expect(() => createService({ folder, name: 'orders', packageManagerVersion: '4' })).toThrow(
      'packageManagerVersion cannot be "4": write all of it, such as 4.18.1',
    )
  })

  it('refuses a choice that there is not, and lists those that there are', () => {
    const folder = join(temporaryFolder(), 'new')
    const codec = 'protobuf' as 'avro'
    expect(() => createService({ folder, name: 'orders', codec })).toThrow(
      'codec cannot be "protobuf": choose one of avro, json',
    )
    expect(existsSync(folder)).toBe(false)
  })
})
