import { describe, expect, it } from 'vitest'
import { askRegistry } from './ask-registry.ts'
import { compatibilityFacts } from './compatibility-facts.ts'
import { deletionFacts } from './deletion-facts.ts'
import { httpFacts } from './http-facts.ts'
import type { KnownDifferences } from './known-differences.ts'
import { levelFacts } from './level-facts.ts'
import type { RegistryFact } from './registry-fact.ts'
import { subjectFacts } from './subject-facts.ts'

const groups: Readonly<Record<string, readonly RegistryFact[]>> = {
  'subjects and versions': subjectFacts,
  deletion: deletionFacts,
  compatibility: compatibilityFacts,
  'levels and modes': levelFacts,
  HTTP: httpFacts,
}

/**
 * What Confluent's schema registry answers, asked of any. A fact with a known difference must differ, and in the way
 * that is known: when it holds after all, its entry has to go.
 */
export function describeRegistry(
  getUrl: () => string,
  differences: KnownDifferences = { rules: {}, facts: {} },
): void {
  for (const [group, facts] of Object.entries(groups)) {
    describe(group, () => {
      for (const fact of facts) {
        const difference = differences.facts[fact.name]
        const title =
          difference === undefined ? fact.name : `${fact.name} (known difference ${difference.rule})`
        it(title, { timeout: 30_000 }, async () => {
          const { answer, expected } = await askRegistry(getUrl(), fact)
          const wanted = toWanted(fact, expected)
          if (difference === undefined) {
            expect(answer).toMatchObject(wanted)
          } else {
            expect(answer, 'the known difference is gone').not.toMatchObject(wanted)
            expect(answer, 'the known difference is another one').toMatchObject(
              toWanted(difference, difference.body),
            )
          }
        })
      }
    })
  }

  it('knows differences of facts alone', () => {
    const names = Object.values(groups).flatMap((facts) => facts.map(({ name }) => name))
    expect(new Set(names).size).toBe(names.length)
    expect(Object.keys(differences.facts).filter((name) => !names.includes(name))).toEqual([])
    const used = new Set(Object.values(differences.facts).map(({ rule }) => String(rule)))
    expect([...used].toSorted()).toEqual(Object.keys(differences.rules).toSorted())
  })
}

function toWanted(
  { status, code }: { readonly status: number; readonly code?: number },
  body: unknown,
): object {
  if (code !== undefined)
    return { status, body: { error_code: code, message: expect.any(String) as unknown } }
  return body === undefined ? { status } : { status, body: toMatcher(body) }
}

/** `{number}` and `{array}` stand for any. */
function toMatcher(value: unknown): unknown {
  if (value === '{number}') return expect.any(Number)
  if (value === '{array}') return expect.any(Array)
  if (Array.isArray(value)) return value.map(toMatcher)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toMatcher(item)]))
}
