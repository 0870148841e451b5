/**
 * The command `headwater`, for programs that want to carry it inside.
 *
 * @module
 */
export {
  defineSchemasConfig,
  type RuleLevel,
  type SchemasConfigInput,
} from './schemas/define-schemas-config.ts'
export type { RuleId } from './schemas/rule-ids.ts'
export { createProgram } from './create-program.ts'
export type { ProgramContext } from './program-context.ts'
export { runProgram } from './run-program.ts'
