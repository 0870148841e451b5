import { assertServiceName } from './service-name.ts'
import { StarterError } from './starter-error.ts'
import {
  starterChoices,
  type ResolvedStarterOptions,
  type StarterChoice,
  type StarterOptions,
} from './starter-options.ts'

const versionPattern = /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/

/**
 * The options with their defaults, checked: who calls from JavaScript or a command line may write anything.
 *
 * @throws StarterError `INVALID_SERVICE_NAME`, `INVALID_STARTER_OPTION`
 */
export function resolveStarterOptions(options: StarterOptions): ResolvedStarterOptions {
  assertServiceName(options.name)
  const defaults: ResolvedStarterOptions = {
    name: options.name,
    channel: 'none',
    codec: 'avro',
    packageManager: 'npm',
    ci: 'github',
  }
  const chosen = Object.entries(options).filter(
    ([name, value]) => name in starterChoices && value !== undefined,
  )
  for (const [name, value] of chosen) {
    const choices: readonly string[] = starterChoices[name as StarterChoice]
    if (choices.includes(String(value))) continue
    throw new StarterError(
      'INVALID_STARTER_OPTION',
      `${name} cannot be "${value}": choose one of ${choices.join(', ')}`,
    )
  }
  const { packageManagerVersion } = options
  if (packageManagerVersion !== undefined && !versionPattern.test(packageManagerVersion)) {
    throw new StarterError(
      'INVALID_STARTER_OPTION',
      `packageManagerVersion cannot be "${packageManagerVersion}": write all of it, such as 4.18.1`,
    )
  }
  return { ...defaults, packageManagerVersion, ...Object.fromEntries(chosen) }
}
