import { Buffer } from 'node:buffer'

/** What readers of mails, forms and JSON look for. */
const marks = [
  '\r\n',
  '\r\n\r\n',
  '\r\n--xYzZy-7\r\n',
  '--',
  '"',
  '\\',
  '{',
  '[',
  '%',
  '&',
  '=',
  ': ',
  '<',
  '=?',
  ';',
]

/** Bytes to which one to four things happened that happen to bytes: cut off, cut out, doubled, mixed up, flipped. */
export function damage(bytes: Uint8Array, random: () => number): Buffer {
  const below = (end: number): number => Math.floor(random() * end)
  let damaged: Buffer = Buffer.from(bytes)
  for (let left = 1 + below(4); left > 0; left -= 1) {
    const at = below(damaged.length + 1)
    const [before, behind] = [damaged.subarray(0, at), damaged.subarray(at)]
    const length = below(20)
    const ways: readonly (() => Buffer)[] = [
      () => before,
      () => Buffer.concat([before, behind.subarray(length)]),
      () => Buffer.concat([before, behind.subarray(0, length), behind]),
      () => Buffer.concat([before, Buffer.from(marks[below(marks.length)] ?? ''), behind]),
      () => Buffer.concat([before, Buffer.from([below(256), below(256)]), behind]),
      () => Buffer.concat([before, Buffer.from([(behind[0] ?? 0) ^ (1 << below(8))]), behind.subarray(1)]),
    ]
    damaged = (ways[below(ways.length)] ?? (() => before))()
  }
  return damaged
}
