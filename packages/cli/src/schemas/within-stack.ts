import { SchemasProblemError } from './schemas-problem.ts'

/**
 * Does work that follows the types of a schema into each other. Some hundred levels fit on the stack; a schema that was
 * made to have more is a problem of that schema, not the end of the program.
 *
 * @param isTooDeep - what else says so, beside the end of the stack
 * @throws SchemasProblemError when they do not fit.
 */
export function withinStack<T>(
  file: string,
  work: () => T,
  isTooDeep: (thrown: unknown) => boolean = () => false,
): T {
  try {
    return work()
  } catch (thrown) {
    const isStackFull = thrown instanceof RangeError && thrown.message.includes('call stack')
    if (!isStackFull && !isTooDeep(thrown)) throw thrown
    throw new SchemasProblemError({
      code: 'schema-too-large',
      file,
      line: 1,
      column: 1,
      message: 'its types lie in each other deeper than can be followed',
      fix: 'make the chain of types shorter: a few hundred levels are more than a reader can follow, too',
    })
  }
}
