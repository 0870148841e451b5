import { basename, resolve } from 'node:path'
import { isHeadwaterError } from '@headwater/base'
import type { Ask } from './ask.ts'
import { assertFolderFree, type CreateServiceOptions } from './create-service.ts'
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
 * What the command line says, and answers for what it does not. Each is checked before the next question, and asked for again
 * until it can be taken.
 *
 * @param ask - undefined: defaults stand for answers
 * @throws StarterError `INVALID_SERVICE_NAME`, `INVALID_STARTER_OPTION`; before questions `FOLDER_NOT_EMPTY`, `CANNOT_WRITE`
 */
export async function chooseOptions(
  given: StarterArguments,
  {
    cwd,
    userAgent,
    ask,
  }: { readonly cwd: string; readonly userAgent: string; readonly ask?: Ask | undefined },
): Promise<CreateServiceOptions> {
  const assertFree = (where: string): void => assertFolderFree(resolve(cwd, where), given.force)
  // Whoever has to answer questions hears of a folder that is not free before them, and not behind.
  if (ask !== undefined && given.folder !== undefined) assertFree(given.folder)
  const usualFolder = given.name ?? 'my-service'
  const where = given.folder ?? (await askUntilTaken(ask, 'Folder', usualFolder, assertFree))
  const folder = resolve(cwd, where)
  const assertName = (name: string): void => void resolveStarterOptions({ name })
  const name =
    given.name ??
    (given.folder === undefined
      ? await askUntilTaken(ask, 'Name', basename(folder), assertName)
      : basename(folder))
  const running = runningPackageManager(userAgent)
  let options: Record<string, string> = { name }
  assertName(name)
  for (const [choice, question] of Object.entries(questions)) {
    const choices: readonly string[] = starterChoices[choice as keyof typeof starterChoices]
    const usual = choice === 'packageManager' ? running.name : (choices[0] ?? '')
    const assertChoice = (value: string): void =>
      void resolveStarterOptions({ ...options, [choice]: value } as unknown as StarterOptions)
    const written = given.choices[choice]
    const value =
      written ?? (await askUntilTaken(ask, `${question} ${choices.join(' | ')}`, usual, assertChoice))
    assertChoice(value)
    options = { ...options, [choice]: value }
  }
  // Somebody may run npm and choose yarn: which one that is, nobody knows then.
  if (options['packageManager'] === running.name && running.version !== undefined)
    options = { ...options, packageManagerVersion: running.version }
  return { ...resolveStarterOptions(options as unknown as StarterOptions), folder, force: given.force }
}

/** Asks again, with the reason, until an answer can be taken; without anybody to ask, what is usual. */
async function askUntilTaken(
  ask: Ask | undefined,
  question: string,
  usual: string,
  assertTaken: (answer: string) => void,
): Promise<string> {
  if (ask === undefined) return usual
  for (let text = question; ;) {
    const answer = await ask(text, usual)
    try {
      assertTaken(answer)
      return answer
    } catch (thrown) {
      if (!isHeadwaterError(thrown)) throw thrown
      text = `${thrown.message}\n${question}`
    }
  }
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
