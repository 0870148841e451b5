import { describe, expect, it } from 'vitest'
import { splitFrames } from '../src/recording-proxy.ts'

describe('splitFrames', () => {
  it('finds the same frames however the stream is cut', () => {
    const stream = Buffer.from([0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1, 9])
    for (let size = 1; size <= stream.length; size++) {
      const frames: string[] = []
      const take = splitFrames((frame) => frames.push(frame.toString('hex')))
      for (let at = 0; at < stream.length; at += size) take(stream.subarray(at, at + size))
      expect(frames).toEqual(['0708', '', '09'])
    }
  })
})
