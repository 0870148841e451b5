import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OutcomeWriter, outcomeMarks, readOutcomes, type OutcomeLine } from '../src/outcome-file.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'headwater-outcomes-'))))
afterEach(() => rm(folder, { recursive: true }))

const line = (outcome: OutcomeLine['outcome'], number: number, code = ''): OutcomeLine => ({
  key: 3,
  number,
  outcome,
  atMs: 1_790_000_000_000 + number,
  code,
})

const read = async (file: string): Promise<readonly OutcomeLine[]> => {
  const lines: OutcomeLine[] = []
  for await (const each of readOutcomes(file)) lines.push(each)
  return lines
}

describe('readOutcomes', () => {
  it('gives back what was written, over several writers', async () => {
    const file = join(folder, 'outcomes')
    const written = (Object.keys(outcomeMarks) as OutcomeLine['outcome'][]).map((outcome, number) =>
      line(outcome, number, outcome === 'acknowledged' ? '' : 'SOME CODE'),
    )
    for (const each of written) {
      const writer = new OutcomeWriter(file)
      writer.write(each)
      writer.close()
    }
    expect(await read(file)).toEqual(written)
  })

  it('leaves out a line that was cut off, and nothing else', async () => {
    const file = join(folder, 'outcomes')
    const writeOne = (number: number): void => {
      const writer = new OutcomeWriter(file)
      writer.write(line('acknowledged', number))
      writer.close()
    }
    writeOne(0)
    await appendFile(file, '\n3 1 a 17900')
    writeOne(2)
    expect(await read(file)).toEqual([line('acknowledged', 0), line('acknowledged', 2)])
  })
})

describe('OutcomeWriter', () => {
  it('has written an outcome when the turn of the event loop is over, closed or not', async () => {
    const file = join(folder, 'outcomes')
    const writer = new OutcomeWriter(file)
    writer.write(line('acknowledged', 0))
    await new Promise((resolve) => setImmediate(resolve))
    expect(await read(file)).toEqual([line('acknowledged', 0)])
    writer.close()
  })
})
