import { Buffer } from 'node:buffer'

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Values that readers of JSON trip over. */
const traps = [
  'null',
  '{}',
  '[]',
  '[[]]',
  '"\\u0000"',
  '"\\ud800"',
  '-0',
  '1e400',
  '9007199254740993',
  'true',
  '""',
  '{"__proto__":{"id":"x"}}',
  '{"id":{"id":[]}}',
  `"${'x'.repeat(600)}"`,
]

/** JSON with a few bytes, or a few values, replaced: half of it stays JSON. */
export function mutate(source: Buffer, random: () => number): Buffer {
  const pick = (below: number): number => Math.floor(random() * below)
  if (random() < 0.5) {
    const bytes = Buffer.from(source)
    for (let left = 1 + pick(4); left > 0; left -= 1) bytes[pick(bytes.length)] = pick(256)
    return random() < 0.2 ? bytes.subarray(0, pick(bytes.length)) : bytes
  }
  let text = source.toString()
  for (let left = 1 + pick(3); left > 0; left -= 1) {
    // A value is what stands between a colon and a comma or a bracket.
    const values = [...text.matchAll(/:("[^"]*"|[\d.]+|\[|\{)/g)]
    const value = values[pick(values.length)]
    if (value?.[1] === undefined) break
    const at = value.index + 1
    const end = value[1] === '[' || value[1] === '{' ? closing(text, at) : at + value[1].length
    text = text.slice(0, at) + (traps[pick(traps.length)] ?? '') + text.slice(end)
  }
  return Buffer.from(text)
}

/** Where the value ends that opens at `start`; brackets in strings are none here. */
function closing(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '{' || text[at] === '[') depth += 1
    if (text[at] === '}' || text[at] === ']') depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}
