import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forPackageManager } from './package-manager-commands.ts'
import { serviceManifest } from './service-manifest.ts'
import type { ResolvedStarterOptions } from './starter-options.ts'

/** Files whose names would mean something inside a package of npm, or to tools that walk over this repository. */
const renamed: Readonly<Record<string, string>> = {
  'env.example': '.env.example',
  gitignore: '.gitignore',
  'gitlab-ci.yml': '.gitlab-ci.yml',
  'workspace.yaml': 'pnpm-workspace.yaml',
  'yarnrc.yml': '.yarnrc.yml',
}
/** Files of which every layer has a part; of all others the last layer's wins. */
const joined = new Set(['README.md', 'env.example', 'gitignore'])
/** The name that the templates have, which are a service as it stands. */
const templateName = /\bmy-service\b/g

/**
 * The files of a new service by path, with `/`: layers of templates on top of each other, in words for the package
 * manager. Nothing is written.
 */
export function renderService(options: ResolvedStarterOptions): ReadonlyMap<string, string> {
  const { name, channel, codec, ci, packageManager, packageManagerVersion } = options
  const layers = [
    'base',
    `codec-${codec}`,
    `channel-${channel}`,
    ...(ci === 'none' ? [] : [`ci-${ci}`]),
    ...(packageManager === 'npm' ? [] : [`manager-${packageManager}`]),
  ]
  const found = new Map<string, string>()
  for (const layer of layers) {
    for (const [path, text] of readLayer(layer)) {
      found.set(path, joined.has(path) ? (found.get(path) ?? '') + text : text)
    }
  }
  const files = [...found].map(([path, text]): readonly [string, string] => [
    renamed[path] ?? path,
    forPackageManager(text.replace(templateName, name), packageManager, packageManagerVersion),
  ])
  return new Map([['package.json', serviceManifest(options)], ...files])
}

/** The files of one layer, from `templates` of this package: beside `src` and beside `dist`. */
function readLayer(layer: string): ReadonlyMap<string, string> {
  const folder = fileURLToPath(new URL(`../templates/${layer}`, import.meta.url))
  return new Map(listFiles(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}

/**
 * Paths below a folder, with `/`, in order. One folder at a time: inside the zip files in which Plug'n'Play of yarn keeps
 * packages, entries of a recursive listing do not say in which folder they are.
 */
function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(join(folder, entry.name)).map((path) => `${entry.name}/${path}`)
        : [entry.name],
    )
    .sort()
}
