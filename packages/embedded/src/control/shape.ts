import { badRequest } from './control-failure.ts'

/** Reads one value of a request, or throws a 400 that names the place and says what belongs there. */
export type Shape<T> = (value: unknown, at: string) => T

/** A text with something in it. */
export const text: Shape<string> = (value, at) =>
  typeof value === 'string' && value !== '' ? value : refuse(at, 'a text that is not empty', value)

/** `true` or `false`. */
export const bool: Shape<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, 'true or false', value)

/** A whole number between two bounds, both included. */
export function whole(minimum: number, maximum: number): Shape<number> {
  return (value, at) =>
    Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      ? (value as number)
      : refuse(at, `a whole number from ${minimum} to ${maximum}`, value)
}

/** A number from 0 to 1. */
export const share: Shape<number> = (value, at) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : refuse(at, 'a number from 0 to 1', value)

/** One of a few words; `what` stands for them in the message where they are many. */
export function word<const W extends string>(words: readonly W[], what: string = words.join(', ')): Shape<W> {
  return (value, at) => words.find((each) => each === value) ?? refuse(at, `one of: ${what}`, value)
}

/** May be left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, at) => (value === undefined ? undefined : shape(value, at))
}

/** A list of at most so many. */
export function list<T>(shape: Shape<T>, most: number): Shape<readonly T[]> {
  return (value, at) =>
    Array.isArray(value) && value.length <= most
      ? value.map((each, index) => shape(each, `${at}[${index}]`))
      : refuse(at, `a list of at most ${most}`, value)
}

/** An object with these fields and no others: a misspelt field must not pass unread. */
export function fields<Fields extends Record<string, unknown>>(shapes: {
  readonly [Name in keyof Fields]: Shape<Fields[Name]>
}): Shape<Fields> {
  const names = Object.keys(shapes)
  return (value, at) => {
    const object = toObject(value, at)
    for (const name of Object.keys(object)) {
      if (!names.includes(name)) {
        throw badRequest(`${within(at, name)} is unknown; there are: ${names.join(', ') || 'none'}`)
      }
    }
    const read = Object.entries(shapes).map(([name, shape]) => {
      const given = Object.hasOwn(object, name) ? object[name] : undefined
      return [name, (shape as Shape<unknown>)(given, within(at, name))] as const
    })
    // What was left out stays out: faults write their scope into the journal.
    return Object.fromEntries(read.filter(([, each]) => each !== undefined)) as Fields
  }
}

/** An object of texts under any names. */
export const texts: Shape<Readonly<Record<string, string>>> = (value, at) =>
  Object.fromEntries(
    Object.entries(toObject(value, at)).map(([name, each]) => [name, text(each, within(at, name))]),
  )

function toObject(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  return refuse(at, 'an object', value)
}

const within = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`)

function refuse(at: string, wanted: string, value: unknown): never {
  const what = at === '' ? 'the body' : at
  const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value).slice(0, 60)}`
  throw badRequest(`${what} ${found}; it must be ${wanted}`)
}
