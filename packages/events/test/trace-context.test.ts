import { describe, expect, it } from 'vitest'
import { isBaggage, isTraceParent, isTraceState } from '../src/trace-context.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

describe('isTraceParent', () => {
  it.each([`00-${trace}-${span}-01`, `00-${trace}-${span}-00`, `cc-${trace}-${span}-01-what-comes`])(
    'takes %s',
    (text) => expect(isTraceParent(text)).toBe(true),
  )
  it.each([
    '',
    `ff-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}-01-more`,
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01\n`,
  ])('refuses %j', (text) => expect(isTraceParent(text)).toBe(false))
})

describe('isTraceState', () => {
  it.each(['a=1', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'fw529a3039@dt=FfAAA', 'a=1, ,b=2'])(
    'takes %s',
    (text) => expect(isTraceState(text)).toBe(true),
  )
  it.each([
    '',
    'A=1',
    'a',
    'a=',
    'a=1=2',
    'a=1,a=2',
    Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(','),
  ])('refuses %j', (text) => expect(isTraceState(text)).toBe(false))
})

describe('isBaggage', () => {
  it.each(['userId=alice', 'a=1,b=2', 'key1=value1;property1;property2=x, key2 = value2', 'a=%20'])(
    'takes %s',
    (text) => expect(isBaggage(text)).toBe(true),
  )
  it.each([
    '',
    'a',
    'a b=1',
    'a=1,',
    'a="quoted"',
    `a=${'x'.repeat(8192)}`,
    Array.from({ length: 65 }, (_, n) => `k${n}=1`).join(','),
  ])('refuses %j', (text) => expect(isBaggage(text)).toBe(false))
})
