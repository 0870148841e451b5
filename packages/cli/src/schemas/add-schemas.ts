import { CommanderError, type Command } from 'commander'
import type { ProgramContext } from '../program-context.ts'
import { exitCodes } from './schemas-exit-code.ts'
import { addSchemasAccept } from './schemas-accept.ts'
import { addSchemasCheck } from './schemas-check.ts'
import { addSchemasDiff } from './schemas-diff.ts'
import { addSchemasExplain } from './schemas-explain.ts'
import { addSchemasHistory } from './schemas-history.ts'
import { addSchemasInit } from './schemas-init.ts'
import { addSchemasList } from './schemas-list.ts'
import { addSchemasRegister } from './schemas-register.ts'

/** Adds `schemas` with its subcommands. Bad usage ends with 2 here, since 1 means a breaking change. */
export function addSchemas(program: Command, context: ProgramContext): void {
  const schemas = program
    .command('schemas')
    .description('Check Avro schemas for changes that break a consumer.')
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : new CommanderError(exitCodes.usage, error.code, error.message)
    })
  addSchemasAccept(schemas, context)
  addSchemasCheck(schemas, context)
  addSchemasDiff(schemas, context)
  addSchemasExplain(schemas, context)
  addSchemasHistory(schemas, context)
  addSchemasInit(schemas, context)
  addSchemasList(schemas, context)
  addSchemasRegister(schemas, context)
}
