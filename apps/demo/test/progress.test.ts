import { describe, expect, it } from 'vitest'
import { Progress } from '../src/progress.ts'

/** What is written while the time is moved by hand. */
function recorded(isTTY: boolean): { written: string[]; progress: Progress; pass: (ms: number) => void } {
  const written: string[] = []
  let nowMs = 0
  const target = { isTTY, columns: 20, write: (text: string) => written.push(text) }
  return { written, progress: new Progress(target, () => nowMs), pass: (ms) => (nowMs += ms) }
}

describe('Progress', () => {
  it('writes a line a second where nobody sits at a terminal, and each phase at once', () => {
    const { written, progress, pass } = recorded(false)
    progress.show('sending', '1 of 9')
    pass(999)
    progress.show('sending', '2 of 9')
    pass(1)
    progress.show('sending', '3 of 9')
    progress.show('reading back')
    progress.end()
    expect(written).toEqual(['sending 1 of 9\n', 'sending 3 of 9\n', 'reading back\n'])
  })

  it('replaces one line of a terminal, never a longer one than it has room for', () => {
    const { written, progress, pass } = recorded(true)
    progress.show('sending', 'a line that is longer')
    pass(100)
    progress.show('sending', '2')
    progress.end()
    expect(written).toEqual(['\r\u001b[2Ksending a line that', '\r\u001b[2Ksending 2', '\r\u001b[2K'])
  })

  it('takes a terminal that says it has no columns for one of 80', () => {
    const written: string[] = []
    new Progress({ isTTY: true, columns: 0, write: (text) => written.push(text) }).show('x'.repeat(100))
    expect(written[0]).toHaveLength('\r\u001b[2K'.length + 79)
  })
})
