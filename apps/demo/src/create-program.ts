import { Command, InvalidArgumentError } from 'commander'

/** The command line, read. */
export interface DemoFlags {
  readonly emails?: string
  readonly count?: number
  readonly faults: boolean
  readonly keep?: boolean
  readonly json?: boolean
  readonly cluster?: boolean
}

/** The demo's command line. It throws commander's `CommanderError` for mistakes and for `--help`. */
export function createProgram(): Command {
  return new Command('demo')
    .description(
      'Sends raw emails over HTTP into Kafka, lets things go wrong on the way, reads everything back with an independent client and compares. The last line on stdout is JSON. Exit code 1: something was lost, duplicated or reordered, or stayed without an answer.',
    )
    .option('--emails <dir>', 'send the files of a folder instead, each one raw mail, byte for byte')
    .option(
      '--count <number>',
      'mails to send, files are repeated (default: 5000; with --emails each file once)',
      wholeNumber,
    )
    .option('--no-faults', 'let nothing go wrong')
    .option('--keep', 'stay up afterwards and print the addresses, until Ctrl+C')
    .option('--json', 'nothing on stdout but the line of JSON')
    .option(
      '--cluster',
      'run on KAFKA_BOOTSTRAP_SERVERS and SCHEMA_REGISTRY_URL, where no faults can be ordered; topics are made when they are missing',
    )
    .allowExcessArguments(false)
    .showSuggestionAfterError()
    .exitOverride()
}

function wholeNumber(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (value > 0) return value
  throw new InvalidArgumentError('Give a whole number from 1 to 9999999.')
}
