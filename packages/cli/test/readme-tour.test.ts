import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createGitRepository, gitEnv, record, type GitRepository } from './git-repository.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** One prompt of the tour: the command, what it prints, and the exit code that its comment names. */
interface Step {
  readonly command: string
  readonly output: string
  readonly exitCode: number
}

function stepsOf(document: string): readonly Step[] {
  const [, tour = ''] = /### A tour\n([^]*?)\n### /.exec(document) ?? []
  const blocks = [...tour.matchAll(/```console\n([^]*?)```/g)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map(toStep)
}

function toStep(text: string): Step {
  const [, heredoc] = /^(.*<<'END'\n[^]*?\nEND\n)/.exec(text) ?? []
  const command = heredoc ?? text.slice(0, text.indexOf('\n') + 1)
  const [, code = '0'] = /# ends with (\d+)/.exec(command) ?? []
  return { command: command.trimEnd(), output: text.slice(command.length).trim(), exitCode: Number(code) }
}

/** What the shell does stays with the shell; the command itself runs in this process, which is much quicker. */
async function run(
  repository: GitRepository,
  command: string,
): Promise<{ output: string; exitCode: number }> {
  const [, args] = /^headwater schemas ([^#]*)/.exec(command) ?? []
  if (args === undefined) {
    const output = execFileSync('bash', ['-ec', command], {
      cwd: repository.folder,
      env: gitEnv,
      encoding: 'utf8',
    })
    return { output, exitCode: 0 }
  }
  const { out, err, exitCode } = await repository.schemas(args.trim().split(/\s+/))
  return { output: out + err, exitCode }
}

/** Commit ids hold the time. */
function withoutCommits(text: string): string {
  return text.replaceAll(/baseline [0-9a-f]{10}/g, 'baseline <commit>').trim()
}

describe('the tour of the README', () => {
  it('goes as it is written: init, a break, its fix, green', async () => {
    const steps = stepsOf(readme)
    expect(steps.map(({ exitCode }) => exitCode)).toContain(1)
    expect(steps.length).toBeGreaterThan(8)
    using repository = createGitRepository()
    for (const { command, output, exitCode } of steps) {
      const ran = await run(repository, command)
      expect.soft(withoutCommits(ran.output), command).toBe(withoutCommits(output))
      expect.soft(ran.exitCode, command).toBe(exitCode)
    }
  })

  it('ends with an acceptance that works, too', async () => {
    const [, fingerprint = '', reason = ''] =
      /`headwater schemas accept (\w+) --reason "(.+?)"`/.exec(readme) ?? []
    using repository = createGitRepository()
    for (const { command } of stepsOf(readme).slice(0, -3)) await run(repository, command)
    const main = ['--against', 'git:main']
    expect((await repository.schemas(['accept', fingerprint, '--reason', reason, ...main])).exitCode).toBe(0)
    expect((await repository.schemas(['check', ...main])).exitCode).toBe(0)
  })
})

describe('the configuration of the README', () => {
  it('is one that the command takes, with every setting', async () => {
    const [, text = ''] = /```yaml\n(version: 1\n[^]*?)```/.exec(readme) ?? []
    using repository = createGitRepository()
    repository.write({
      'headwater.schemas.yaml': text,
      'schemas/order-placed.avsc': record('Order', { id: 'int' }),
      'schemas/orders/refund.avsc': record('Refund', { id: 'int' }),
    })
    const { exitCode, out, err } = await repository.schemas(['list'])
    expect([exitCode, err]).toEqual([0, ''])
    expect(out).toContain('orders-value')
    expect(out).toContain('audit-value')
    expect(Object.keys(parse(text) as object).toSorted()).toEqual(settings.toSorted())
  })
})

const settings =
  'version schemas against mode subjects topics history rules registry accepted allowDelete unstable'.split(
    ' ',
  )
