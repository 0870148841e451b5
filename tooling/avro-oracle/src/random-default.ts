import { isJsonObject, rawNumber, type Json } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

const wholeNumbers = ['0', '-1', '7', '2147483647', '-2147483648', '-0']
const bigNumbers = [
  '2147483648',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '123456789012345678901234567890',
]
const pointNumbers = [
  '1.0',
  '1.50',
  '1e3',
  '0.0',
  '-0.0',
  '0.1',
  '1E400',
  '1e-400',
  '-1e999',
  '5e-324',
  '3.4028236e38',
  // About the bounds within which Java writes no exponent.
  '1.0E-5',
  '0.001',
  '9.9e-4',
  '9999999.5',
  '1e7',
  '12345678.5',
  '2.0E10',
]
const spokenNumbers = [
  'NaN',
  'nan',
  '+Infinity',
  'Infinity',
  '-Infinity',
  'infinity',
  '1.5',
  'x',
  '',
  '.5',
  '5.',
  '.',
  '1e5d',
  '1f',
  ' 1 ',
  '\u00001\t\n',
  '\u00a01',
  '0x1p3',
  '0X1P3F',
  '-0x1.8p1',
  '0x.8p1',
  '0x1.p1',
  '0xp1',
  '0x1',
  '0x0p9999',
  '0x1p-1074',
  '0x1p-1075',
  '0x1.00000000000008p0',
  '0x1.00000000000018p0',
  '0x1p1024',
]

/** A default that fits its type, mostly; `default` of a name that is only referred to is a guess. */
export function randomDefault(random: SeededRandom, type: Json): Json {
  return random.oneIn(40) ? anyValue(random) : fittingValue(random, type)
}

function anyValue(random: SeededRandom): Json {
  const number = (from: readonly string[]): string => rawNumber(random.pick(from))
  return random.pick<() => Json>([
    () => null,
    () => true,
    () => number(wholeNumbers),
    () => number(bigNumbers),
    () => number(pointNumbers),
    () => random.pick(spokenNumbers),
    () => 'X',
    () => [],
    () => ({}),
    () => ({ a: 1 }),
    () => [1, 'X'],
  ])()
}

function fittingValue(random: SeededRandom, type: Json): Json {
  if (Array.isArray(type)) {
    return type.length === 0 ? null : fittingValue(random, random.oneIn(4) ? random.pick(type) : type[0]!)
  }
  const kind = isJsonObject(type) ? type['type'] : type
  switch (kind) {
    case 'null':
      return null
    case 'boolean':
      return random.oneIn(2)
    case 'int':
      return rawNumber(random.pick(wholeNumbers))
    case 'long':
      return rawNumber(random.pick([...wholeNumbers, ...bigNumbers.slice(0, 3)]))
    case 'float':
    case 'double':
      return random.oneIn(4)
        ? random.pick(spokenNumbers)
        : rawNumber(random.pick([...wholeNumbers, ...bigNumbers, ...pointNumbers]))
    case 'bytes':
    case 'string':
    case 'fixed':
      return random.pick(['', 'text', 'ÿ', '€', '"\\', '\u000b'])
    case 'enum':
      return random.pick(['X', 'Y', 'none'])
    case 'array':
      return isJsonObject(type) && random.oneIn(2) ? [fittingValue(random, type['items']!)] : []
    case 'map':
      return isJsonObject(type) && random.oneIn(2) ? { k: fittingValue(random, type['values']!) } : {}
    case 'record':
    case 'error':
      return isJsonObject(type) ? fittingRecord(random, type['fields']!) : {}
    default:
      return random.pick<Json>([{}, 'X', { a: 1, b: 2 }])
  }
}

function fittingRecord(random: SeededRandom, fields: Json): Json {
  const value: { [member: string]: Json } = {}
  for (const field of Array.isArray(fields) ? fields : []) {
    if (!isJsonObject(field) || (field['default'] !== undefined && random.oneIn(2))) continue
    if (!random.oneIn(20)) value[field['name'] as string] = fittingValue(random, field['type']!)
  }
  return value
}
