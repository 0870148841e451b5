import { basename, resolve } from 'node:path'
import type { Ask } from './ask.ts'
import type { CreateServiceOptions } from './create-service.ts'
import type { StarterArguments } from './read-arguments.ts'
import { resolveStarterOptions } from './resolve-starter-options.ts'
import { starterChoices, type PackageManager, type StarterOptions } from './starter-options.ts'

/** The questions, in their order. */
const questions: Readonly<Record<keyof typeof starterChoices, string>> = {
  channel: 'Beside orders by HTTP, take in messages of a channel?',
  codec: 'Events on the wire as',
  packageManager: 'Package manager',
  ci: 'CI',
}

/**
 * What the command line says, and answers for what it does not. Each is checked before the next question.
 *
 * @param ask - undefined: defaults stand for answers
 * @throws StarterError `INVALID_SERVICE_NAME`, `INVALID_STARTER_OPTION`
 */
export async function chooseOptions(
  given: StarterArguments,
  {
    cwd,
    userAgent,
    ask,
  }: { readonly cwd: string; readonly userAgent: string; readonly ask?: Ask | undefined },
): Promise<CreateServiceOptions> {
  const where =
    given.folder ?? (await ask?.('Folder', given.name ?? 'my-service')) ?? given.name ?? 'my-service'
  const folder = resolve(cwd, where)
  const fallback = basename(folder)
  const name =
    given.name ?? (given.folder === undefined ? await ask?.('Name', fallback) : undefined) ?? fallback
  const running = runningPackageManager(userAgent)
  let options: Record<string, string> = { name }
  resolveStarterOptions({ name })
  for (const [choice, question] of Object.entries(questions)) {
    const choices: readonly string[] = starterChoices[choice as keyof typeof starterChoices]
    const usual = choice === 'packageManager' ? running.name : (choices[0] ?? '')
    const value = given.choices[choice] ?? (await ask?.(`${question} ${choices.join(' | ')}`, usual)) ?? usual
    options = { ...options, [choice]: value }
    resolveStarterOptions(options as unknown as StarterOptions)
  }
  // Somebody may run npm and choose yarn: which one that is, nobody knows then.
  if (options['packageManager'] === running.name && running.version !== undefined)
    options = { ...options, packageManagerVersion: running.version }
  return { ...resolveStarterOptions(options as unknown as StarterOptions), folder, force: given.force }
}

/** Who runs `create`: npm, pnpm and yarn say so in `npm_config_user_agent`, as `yarn/4.18.1 npm/? node/v26.10.0`. */
function runningPackageManager(userAgent: string): {
  readonly name: PackageManager
  readonly version?: string | undefined
} {
  const [, name, version] = /^(\w+)\/(\d+\.\d+\.\d+(?:-[\w.-]+)?(?= |$))?/.exec(userAgent) ?? []
  const known = starterChoices.packageManager.find((each) => each === name)
  return known === undefined ? { name: 'npm' } : { name: known, version }
}
