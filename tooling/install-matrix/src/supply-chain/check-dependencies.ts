import type { DependencyTree } from './read-dependencies.ts'

/** `policy.json`: what may come with our packages. */
export interface Policy {
  /** SPDX identifiers. */
  readonly licences: readonly string[]
  /** Licences of packages whose package.json names none, by name, with the place where somebody read it. */
  readonly statedElsewhere: Readonly<Record<string, { readonly licence: string; readonly where: string }>>
  /** Why a package with an install script is allowed, by name. */
  readonly installScripts: Readonly<Record<string, string>>
}

/** One sentence for everything that the policy does not allow, and for what it allows in vain. */
export function checkDependencies(tree: DependencyTree, policy: Policy): readonly string[] {
  const all = [...tree.dependencies]
  const problems = all.flatMap(([key, one]) => {
    const by = `it comes with ${one.broughtBy.join(', ')}`
    const found: string[] = []
    if (!isAllowed(one.licence, policy.licences))
      found.push(`${key} has the licence ${one.licence}, which policy.json does not allow; ${by}`)
    if (one.installScripts.length > 0 && policy.installScripts[one.name] === undefined)
      found.push(
        `${key} runs ${one.installScripts.join(', ')} when it is installed, and policy.json gives no reason; ${by}`,
      )
    if (one.integrity?.startsWith('sha512-') !== true)
      found.push(`${key} has no sha512 in the lockfile, so nobody would notice another tarball; ${by}`)
    return found
  })
  const unusedLicences = policy.licences
    .filter((licence) => !all.some(([, one]) => identifiers(one.licence).includes(licence)))
    .map((licence) => `policy.json allows ${licence}, which nothing has: take it out`)
  const unusedScripts = Object.keys(policy.installScripts)
    .filter((name) => !all.some(([, one]) => one.name === name && one.installScripts.length > 0))
    .map((name) => `policy.json allows an install script of ${name}, which has none: take it out`)
  const unusedStatements = Object.keys(policy.statedElsewhere)
    .filter((name) => !all.some(([, one]) => one.name === name))
    .map((name) => `policy.json states the licence of ${name}, which comes with nothing: take it out`)
  return [...problems, ...unusedLicences, ...unusedScripts, ...unusedStatements]
}

const identifiers = (expression: string): readonly string[] =>
  expression.split(/\s+(?:AND|OR)\s+|[()]/).filter((each) => each !== '')

/** One side of an OR is enough, an AND needs both; what mixes them is not understood and so not allowed. */
function isAllowed(expression: string, licences: readonly string[]): boolean {
  const parts = identifiers(expression)
  const isOr = /\sOR\s/.test(expression)
  if (isOr && /\sAND\s/.test(expression)) return false
  return isOr ? parts.some((each) => licences.includes(each)) : parts.every((each) => licences.includes(each))
}
