import type { Dependency, DependencyTree } from '../src/supply-chain/read-dependencies.ts'

/** A dependency with nothing remarkable about it, but for `changes`. */
export function madeUpTree(changes: Partial<Dependency> = {}): DependencyTree {
  const one: Dependency = {
    name: '@some/one',
    version: '1.2.3',
    licence: 'MIT',
    integrity: 'sha512-AAEC',
    installScripts: [],
    broughtBy: ['@headwater/base'],
    needs: [],
    ...changes,
  }
  const key = `${one.name}@${one.version}`
  return {
    dependencies: new Map([[key, one]]),
    packages: new Map([
      ['@headwater/base', [key]],
      ['@headwater/producer', ['@headwater/base']],
    ]),
  }
}
