import type { Dependency, DependencyTree } from './read-dependencies.ts'

/**
 * A bill of materials in CycloneDX 1.6. The same dependencies give the same text: it has no time and no serial number,
 * and our own packages stand there without their version, which all of them share and each release changes.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function billOfMaterials(tree: DependencyTree): object {
  const reference = (key: string): string => {
    const one = tree.dependencies.get(key)
    return one === undefined ? packageUrl(key) : packageUrl(one.name, one.version)
  }
  const ours = [...tree.packages.keys()]
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': 'headwater', name: 'headwater' } },
    components: [...ours.map(toOwnComponent), ...[...tree.dependencies.values()].map(toComponent)],
    dependencies: [
      { ref: 'headwater', dependsOn: ours.map((name) => packageUrl(name)) },
      ...[...tree.packages].map(([name, needs]) => ({
        ref: packageUrl(name),
        dependsOn: needs.map(reference),
      })),
      ...[...tree.dependencies].map(([key, { needs }]) => ({
        ref: reference(key),
        dependsOn: needs.map(reference),
      })),
    ],
  }
}

const toOwnComponent = (name: string): object => ({
  type: 'library',
  'bom-ref': packageUrl(name),
  ...splitName(name),
  scope: 'required',
  licenses: [{ license: { id: 'Apache-2.0' } }],
  purl: packageUrl(name),
})

const toComponent = (one: Dependency): object => ({
  type: 'library',
  'bom-ref': packageUrl(one.name, one.version),
  ...splitName(one.name),
  version: one.version,
  scope: 'required',
  ...(one.integrity === undefined
    ? {}
    : {
        hashes: [
          {
            alg: 'SHA-512',
            content: Buffer.from(one.integrity.slice('sha512-'.length), 'base64').toString('hex'),
          },
        ],
      }),
  licenses: [/\s/.test(one.licence) ? { expression: one.licence } : { license: { id: one.licence } }],
  purl: packageUrl(one.name, one.version),
})

/** CycloneDX calls the scope of a name its group. */
function splitName(name: string): object {
  const [group, rest] = name.split('/')
  return rest === undefined ? { name } : { group, name: rest }
}

/** A package URL; the `@` of a scope is escaped in it. */
const packageUrl = (name: string, version?: string): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}${version === undefined ? '' : `@${version}`}`
