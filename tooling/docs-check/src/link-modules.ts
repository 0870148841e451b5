import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Lets programs in a folder import every package of this repository, and whatever one of them depends on, without a
 * list of them anywhere: a README may use what its package uses.
 */
export function linkModules(root: string, folder: string): void {
  const packages = readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((path) => existsSync(join(path, 'package.json')))
  const link = (name: string, target: string): void => {
    const path = join(folder, 'node_modules', name)
    if (existsSync(path)) return
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path, 'dir')
  }
  for (const path of packages) {
    const { name } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { readonly name: string }
    link(name, path)
  }
  // Ours first: the runner of a test and what the test imports of it have to be the same copy.
  for (const path of [join(import.meta.dirname, '..'), ...packages])
    for (const name of namesIn(join(path, 'node_modules'))) link(name, join(path, 'node_modules', name))
}

function namesIn(modules: string): readonly string[] {
  if (!existsSync(modules)) return []
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : [name],
    )
}
