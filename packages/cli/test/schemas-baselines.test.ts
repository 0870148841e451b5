import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSchemas, type CheckedSchemas } from './check-schemas.ts'
import { createGitRepository, gitEnv, record, type GitRepository } from './git-repository.ts'

const order = { id: 'string' }
const file = 'schemas/order.avsc'

/** Commits one content of the schema after the other on `main`, and gives the ids, oldest first. */
function history(repository: GitRepository, contents: readonly object[]): readonly string[] {
  return contents.map((content, index) => {
    repository.write({ [file]: content })
    repository.commit(`content ${index}`)
    return repository.git('rev-parse', 'HEAD').slice(0, 10)
  })
}

const order1 = record('Order', { id: 'string', total: 'int' })
const order2 = record('Order', { id: 'string' })
const order3 = record('Order', { id: 'string', note: ['null', 'string'] })

async function comparedWith(repository: GitRepository, ...args: readonly string[]): Promise<CheckedSchemas> {
  return checkSchemas(repository, ['--all-files', ...args])
}

describe('headwater schemas check: against git:<ref>:<folder>', () => {
  it('compares with the same file in the folder that the schemas were in then', async () => {
    using repository = createGitRepository()
    repository.write({
      'avro/sub/order.avsc': record('Order', order),
      'avro/kept.avsc': record('Kept', order),
    })
    repository.commit('first')
    repository.git('switch', '--quiet', '--create', 'work')
    repository.git('rm', '--quiet', '-r', 'avro')
    repository.write({
      'schemas/sub/order.avsc': record('Purchase', { ...order, total: 'int' }),
      'schemas/kept.avsc': record('Kept', order),
    })
    const { exitCode, results, rules } = await checkSchemas(repository, ['--against', 'git:main:avro'])
    expect(results.map((result) => [result.file, result.status])).toEqual([
      ['schemas/kept.avsc', 'unchanged'],
      ['schemas/sub/order.avsc', 'changed'],
    ])
    expect([exitCode, rules]).toEqual([1, expect.arrayContaining(['type-renamed'])])
  })

  it('finds what is gone from that folder, and a type that moved within it', async () => {
    using repository = createGitRepository()
    repository.write({ 'avro/a.avsc': record('A', order), 'avro/b.avsc': record('B', { id: 'int' }) })
    repository.commit('first')
    repository.git('rm', '--quiet', '-r', 'avro')
    repository.write({ 'schemas/moved.avsc': record('A', order) })
    const { results } = await checkSchemas(repository, ['--against', 'git:main:avro/'])
    expect(results.map((result) => [result.file, result.status])).toEqual([
      ['schemas/moved.avsc', 'unchanged'],
      ['avro/b.avsc', 'deleted'],
    ])
  })

  it('ends with 4 when there is nothing in that folder', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: record('Order', order) })
    repository.commit('first')
    const { exitCode, problems } = await checkSchemas(repository, ['--against', 'git:main:avr'])
    expect(exitCode).toBe(4)
    expect(problems).toEqual([expect.objectContaining({ code: 'baseline-missing' })])
    expect(problems[0]!.message).toContain('no schemas in avr at main')
  })
})

describe('headwater schemas check: against git-log', () => {
  it('compares with every content that the file had, newest first', async () => {
    using repository = createGitRepository()
    const [first, second] = history(repository, [order1, order2])
    repository.write({ [file]: record('Order', { id: 'string', total: 'string' }) })
    const latest = await comparedWith(repository, '--against', 'git-log:main')
    // The newest version has no total: only the one before tells that it was an int.
    expect(latest.rules).toContain('field-no-default')
    expect(latest.rules).not.toContain('field-type-changed')
    const all = await comparedWith(repository, '--against', 'git-log:main', '--mode', 'BACKWARD_TRANSITIVE')
    expect(all.results[0]!.comparedWith).toEqual([second, first])
    expect(all.rules).toContain('field-type-changed')
  })

  it('takes a content that came back once, at its last time', async () => {
    using repository = createGitRepository()
    const [, second, , fourth] = history(repository, [order1, order2, order1, order3])
    const { results } = await comparedWith(
      repository,
      '--against',
      'git-log:main',
      '--mode',
      'FULL_TRANSITIVE',
    )
    expect(results[0]!.comparedWith).toEqual([fourth, expect.any(String), second])
  })

  it('goes back to a tag and no further, and takes the state of the tag', async () => {
    using repository = createGitRepository()
    history(repository, [order1])
    const [tagged] = history(repository, [order2])
    repository.git('tag', 'v1')
    const [last] = history(repository, [order3])
    const args = ['--against', 'git-log:main', '--since', 'v1', '--mode', 'BACKWARD_TRANSITIVE']
    const { results, baselines } = await comparedWith(repository, ...args)
    expect(results[0]!.comparedWith).toEqual([last, tagged])
    expect(baselines[0]!.label).toContain('since v1')
  })

  it('takes the state of a tag beside the first-parent line, too', async () => {
    using repository = createGitRepository()
    const [first] = history(repository, [order1])
    repository.git('switch', '--quiet', '--create', 'release')
    const [released] = history(repository, [order2])
    repository.git('tag', 'v1')
    const [later] = history(repository, [order3])
    repository.git('switch', '--quiet', 'main')
    repository.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'release')
    const merged = repository.git('rev-parse', 'HEAD').slice(0, 10)
    const transitive = ['--mode', 'BACKWARD_TRANSITIVE', '--against', 'git-log:main']
    const whole = await comparedWith(repository, ...transitive)
    expect(whole.results[0]!.comparedWith).toEqual([merged, first])
    expect(whole.results[0]!.comparedWith).not.toContain(later)
    const since = await comparedWith(repository, ...transitive, '--since', 'v1')
    expect(since.results[0]!.comparedWith).toEqual([merged, first, released])
  })

  it('follows a file through renames, and a type through a rewritten file', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/a.avsc': order1 })
    repository.commit('first')
    repository.git('mv', 'schemas/a.avsc', 'schemas/b.avsc')
    repository.commit('renamed')
    const wide = record(
      'Order',
      Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, ['null', 'int']])),
    )
    repository.write({ 'schemas/b.avsc': null, [file]: wide })
    repository.commit('rewritten elsewhere')
    repository.write({ [file]: record('Order', { id: 'string', total: 'string' }) })
    const args = ['--against', 'git-log:main', '--mode', 'BACKWARD_TRANSITIVE']
    const { results, rules } = await comparedWith(repository, ...args)
    expect(results[0]!.comparedWith).toHaveLength(2)
    expect(rules).toContain('field-type-changed')
  })

  it('resolves each content with the files of its own commit', async () => {
    using repository = createGitRepository()
    const money = (amount: string) => ({ 'schemas/money.avsc': record('Money', { amount }) })
    repository.write({ [file]: record('Order', { price: 'Money' }), ...money('int') })
    repository.commit('an int')
    repository.write(money('long'))
    repository.commit('a long')
    repository.write(money('double'))
    const args = ['--against', 'git-log:main', '--mode', 'FORWARD_TRANSITIVE']
    const { results } = await checkSchemas(repository, args)
    const shared = results.find((result) => result.file === file)!
    expect(shared.comparedWith).toHaveLength(2)
    const breaking = shared.findings.filter(({ path }) => path === 'price.amount')
    // What an old consumer meets: double for its int, and double for its long.
    expect(breaking.flatMap(({ versions }) => versions).toSorted()).toEqual(shared.comparedWith.toSorted())
  })

  it('names a content that cannot be read, and goes on with the others', async () => {
    using repository = createGitRepository()
    history(repository, [order1])
    repository.write({ [file]: '{ "type": ' })
    repository.commit('torn')
    history(repository, [order2])
    const args = ['--against', 'git-log:main', '--mode', 'BACKWARD_TRANSITIVE']
    const { exitCode, results, warnings } = await comparedWith(repository, ...args)
    expect([exitCode, results[0]!.comparedWith.length]).toEqual([0, 2])
    expect(warnings).toEqual([expect.objectContaining({ code: 'schema-invalid', file })])
  })

  it('ends with 4 for a tag that the branch does not come from', async () => {
    using repository = createGitRepository()
    history(repository, [order1])
    repository.git('switch', '--quiet', '--create', 'other')
    history(repository, [order2])
    repository.git('tag', 'elsewhere')
    repository.git('switch', '--quiet', 'main')
    const args = ['--against', 'git-log:main', '--since']
    const { exitCode, problems } = await checkSchemas(repository, [...args, 'elsewhere'])
    expect([exitCode, problems[0]!.message]).toEqual([4, 'elsewhere is no ancestor of main'])
    expect((await checkSchemas(repository, [...args, 'v9'])).exitCode).toBe(4)
  })
})

/** A clone with one commit of `work`, of a repository in which `main` went on. */
function shallowClone(origin: GitRepository): GitRepository {
  history(origin, [order1, order2])
  origin.git('tag', 'v1')
  origin.git('switch', '--quiet', '--create', 'work')
  origin.commit('work')
  origin.git('switch', '--quiet', 'main')
  origin.commit('main goes on')
  const clone = `${origin.folder}-clone`
  const args = ['clone', '--quiet', '--depth=1', '--branch=work', `file://${origin.folder}`, clone]
  execFileSync('git', args, { env: gitEnv })
  return createGitRepository(clone)
}

describe('headwater schemas check: --fetch', () => {
  it.each([
    ['a branch of origin', ['--against', 'git:origin/main']],
    ['a branch without the name of a remote', ['--against', 'git:main']],
    ['a tag', ['--against', 'git:v1']],
    ['the branch that the CI names', []],
    ['a history that is cut off', ['--against', 'git-log:origin/main']],
    ['a tag to go back to', ['--against', 'git-log:origin/main', '--since', 'v1']],
  ])('fetches %s into a shallow clone', async (_, args) => {
    using origin = createGitRepository()
    using clone = shallowClone(origin)
    const env = args.length === 0 ? { GITHUB_BASE_REF: 'main' } : {}
    const without = await checkSchemas(clone, args, env)
    expect([without.exitCode, without.problems[0]!.code]).toEqual([4, 'baseline-shallow'])
    const { exitCode, problems } = await checkSchemas(clone, [...args, '--fetch'], env)
    expect([exitCode, problems]).toEqual([0, []])
  })

  it('asks the remote for its branch when nothing names one', async () => {
    using origin = createGitRepository()
    using clone = shallowClone(origin)
    const { exitCode, baselines } = await checkSchemas(clone, ['--fetch'])
    expect([exitCode, baselines[0]!.ref]).toEqual([0, 'origin/main'])
  })

  it('runs the very command that is named without it', async () => {
    using origin = createGitRepository()
    using clone = shallowClone(origin)
    const { problems } = await checkSchemas(clone, ['--against', 'git:origin/main'])
    const command = /^run git ([^,]+),/.exec(problems[0]!.fix)![1]!
    clone.git(...command.split(' '))
    expect((await checkSchemas(clone, ['--against', 'git:origin/main'])).exitCode).toBe(0)
  })

  it('ends with 4 when the remote does not have the ref, is gone, or is none', async () => {
    using origin = createGitRepository()
    using clone = shallowClone(origin)
    const args = ['--fetch', '--against', 'git:origin/nowhere']
    const unknown = await checkSchemas(clone, args)
    expect([unknown.exitCode, unknown.problems.length]).toEqual([4, 1])
    expect(unknown.problems[0]!.message).toContain("couldn't find remote ref nowhere")
    clone.git('remote', 'set-url', 'origin', 'http://user:hunter2@127.0.0.1:1/nowhere.git')
    const gone = await checkSchemas(clone, args)
    expect(gone.exitCode).toBe(4)
    expect(JSON.stringify(gone)).not.toContain('hunter2')
    clone.git('remote', 'remove', 'origin')
    const none = await checkSchemas(clone, args)
    expect([none.exitCode, none.problems[0]!.code]).toEqual([4, 'baseline-missing'])
  })

  it('runs no program that a ref names', async () => {
    using origin = createGitRepository()
    using clone = shallowClone(origin)
    const ran = join(clone.folder, 'ran')
    const ref = `git:origin/--upload-pack=touch ${ran};`
    const { exitCode, problems } = await checkSchemas(clone, ['--fetch', '--against', ref])
    expect([exitCode, problems.length, existsSync(ran)]).toEqual([4, 1, false])
  })

  it('says that there is no commit yet', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: order1 })
    const { exitCode, problems } = await checkSchemas(repository, ['--against', 'git:HEAD'])
    expect([exitCode, problems[0]!.fix]).toEqual([4, 'make a first commit: there is no branch yet'])
  })
})

describe('headwater schemas check: --timeout', () => {
  it('ends with 4 when git does not end', async () => {
    using repository = createGitRepository()
    repository.write({ [file]: order1 })
    repository.commit('first')
    const bin = join(repository.folder, 'bin')
    mkdirSync(bin)
    // A child of it holds its output, as ssh does when git is gone.
    writeFileSync(join(bin, 'git'), '#!/bin/sh\nsleep 30 &\nwait\n')
    chmodSync(join(bin, 'git'), 0o755)
    const env = { PATH: `${bin}:${process.env['PATH']}` }
    const { exitCode, problems } = await checkSchemas(repository, ['--timeout', '100'], env)
    expect(exitCode).toBe(4)
    expect(problems).toEqual([expect.objectContaining({ code: 'git-failed' })])
    expect(problems[0]!.message).toContain('did not end within 100 ms')
    rmSync(bin, { recursive: true })
  })

  it.each(['0', '-1', 'soon', '1e3', '99999999999'])('refuses %s', async (value) => {
    using repository = createGitRepository()
    expect((await repository.schemas(['check', `--timeout=${value}`])).exitCode).toBe(2)
  })
})
