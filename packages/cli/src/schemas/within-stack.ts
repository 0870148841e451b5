import { SchemasProblemError } from './schemas-problem.ts'

/**
 * Does work that follows the types of a schema into each other. Some hundred levels fit on the stack; a schema that was
 * made to have more is a problem of that schema, not the end of the program.
 *
 * @throws SchemasProblemError when they do not fit.
 */
export function withinStack<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof RangeError) || !thrown.message.includes('call stack')) throw thrown
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
