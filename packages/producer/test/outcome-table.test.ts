import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { answerRule } from '../src/engine/produce-answer.ts'
import { outcomeRow, outcomeRows } from './outcome-table.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')

/** The ids of all tests of rows, wherever they stand. */
const tested = globSync('**/*.test.ts', { cwd: import.meta.dirname })
  .flatMap((file) => [...read(file).matchAll(/\b(?:outcomeTest|outcomeRow|modelTest)\(\s*'([a-z-]+)'/g)])
  .map(([, id]) => id!)

describe('the table "How a record ends" of DESIGN.md', () => {
  it('has a test for each row, and a row for each test', () => {
    expect(outcomeRows.size).toBeGreaterThan(50)
    expect([...new Set(tested)].toSorted()).toEqual([...outcomeRows.keys()].toSorted())
  })

  it('knows every code of the producer itself', () => {
    const union = /^export type DeliveryErrorCode =$(?<codes>.*?)^ {2}\| KafkaErrorName$/ms.exec(
      read('../src/delivery-error.ts'),
    )!
    const own = [...union.groups!['codes']!.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => code)
    const cells = [...outcomeRows.values()].map(({ code }) => code).join(' ')
    expect(own.length).toBeGreaterThan(8)
    expect(own.filter((code) => !cells.includes(`\`${code}\``))).toEqual([])
  })

  it('names each of Kafka’s errors in the row of what the engine does about it', () => {
    const rows = {
      retry: 'refused-for-now',
      maybe: 'refusal-hides-append',
      delivered: 'double',
      split: 'too-large-together',
      renumber: 'numbering-lost',
      'new-id': 'id-lost',
    }
    const byRow = new Map<string, string[]>(Object.values(rows).map((id) => [id, []]))
    for (const name of Object.keys(errorCode) as (keyof typeof errorCode)[]) {
      const { action, mayBeAppended } = answerRule(name, true)
      if (action === 'reject') continue
      byRow.get(rows[action === 'retry' && mayBeAppended === true ? 'maybe' : action])!.push(name)
    }
    for (const [id, names] of byRow)
      expect([id, outcomeRow(id).names.toSorted()]).toEqual([id, names.toSorted()])
  })
})
