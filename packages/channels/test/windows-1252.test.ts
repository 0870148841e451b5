import { describe, expect, it } from 'vitest'
import { repairWindows1252, restoreControls } from '../src/email/windows-1252.ts'

const upperBytes = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i)

describe('repairWindows1252', () => {
  it('makes this Node read the bytes of windows-1252 as the characters that they are', () => {
    const text = repairWindows1252(new TextDecoder('windows-1252').decode(upperBytes))
    expect(text).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ')
  })
})

describe('restoreControls', () => {
  it('gives control characters their windows-1252 meaning and leaves everything else', () => {
    expect(restoreControls('5 \u0080 \u0093für\u0094 ÄÖ\u00a0€')).toBe('5 € “für” ÄÖ\u00a0€')
  })
})
