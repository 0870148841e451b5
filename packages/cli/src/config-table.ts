import { configTable } from '@headwater/config'
import type { Command } from 'commander'
import { writeFileSync } from 'node:fs'
import type { ProgramContext } from './program-context.ts'
import { readArgumentFile } from './read-argument-file.ts'

const MARKERS = /(<!-- variables:start -->)[^]*(<!-- variables:end -->)/

/** Adds `config table`: every variable in Markdown, printed or put between the markers of a document. */
export function addConfigTable(parent: Command, context: ProgramContext): void {
  const command = parent.command('table').description('Print every variable as a Markdown table.')
  command
    .option(
      '--into <file>',
      'write it between <!-- variables:start --> and <!-- variables:end --> of this file',
    )
    .action((options: { readonly into?: string }) => {
      if (options.into === undefined) context.out(`${configTable()}\n`)
      else writeInto(command, options.into)
    })
}

function writeInto(command: Command, path: string): void {
  const text = readArgumentFile(command, path)
  if (!MARKERS.test(text)) {
    command.error(
      `error: ${path} has no markers; put <!-- variables:start --> and <!-- variables:end --> into it`,
    )
  }
  writeFileSync(
    path,
    text.replace(MARKERS, (_, start: string, end: string) => `${start}\n\n${configTable()}\n\n${end}`),
  )
}
