import { describe, expect, it } from 'vitest'
import { billOfMaterials } from '../src/supply-chain/bill-of-materials.ts'
import { madeUpTree } from './made-up-tree.ts'

interface Bill {
  readonly components: readonly {
    readonly 'bom-ref': string
    readonly hashes?: readonly { readonly content: string }[]
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}
const bill = billOfMaterials(madeUpTree()) as Bill

describe('billOfMaterials', () => {
  it('names what there is, and refers to nothing else', () => {
    const named = new Set(['headwater', ...bill.components.map((each) => each['bom-ref'])])
    expect(named).toContain('pkg:npm/%40some/one@1.2.3')
    const referred = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])
    expect(referred.filter((each) => !named.has(each))).toEqual([])
  })

  it('gives the hash of the lockfile as hexadecimal digits', () => {
    expect(bill.components.flatMap(({ hashes }) => hashes ?? [])).toEqual([
      { alg: 'SHA-512', content: '000102' },
    ])
  })

  it('tells a choice of licences from the name of one', () => {
    const chosen = JSON.stringify(billOfMaterials(madeUpTree({ licence: '(MIT OR ISC)' })))
    expect(chosen).toContain('"expression":"(MIT OR ISC)"')
    expect(JSON.stringify(bill)).toContain('"id":"MIT"')
  })

  it('is the same text each time', () => {
    expect(JSON.stringify(billOfMaterials(madeUpTree()))).toBe(JSON.stringify(bill))
  })
})
