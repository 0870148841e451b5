import { parseArgs } from 'node:util'
import { StarterError } from './starter-error.ts'

/** The command line as it was written; what is undefined may be asked for. */
export interface StarterArguments {
  readonly folder: string | undefined
  readonly name: string | undefined
  /** By the name of the choice, unchecked. */
  readonly choices: Readonly<Record<string, string | undefined>>
  readonly force: boolean
  readonly install: boolean
  readonly yes: boolean
  readonly help: boolean
}

/** What `--help` prints. */
export const usage = `npm create headwater [folder] -- [options]

Writes a service that puts events on Kafka: one event with its schema, tests on an embedded Kafka, CI.

  --name <name>                        of package and service; default: the folder's
  --channel none|email|whatsapp|web-form   what it takes in beside orders; default: none
  --codec avro|json                    Avro with a schema registry, or JSON without; default: avro
  --package-manager npm|pnpm|yarn      default: the one that runs this
  --ci github|gitlab|none              default: github
  --no-install                         leave the installing to you
  --force                              write into a folder that has something in it
  --yes                                ask nothing
  -h, --help
`

/**
 * Reads the command line.
 *
 * @throws StarterError `INVALID_STARTER_OPTION` for what is none of its options
 */
export function readArguments(args: readonly string[]): StarterArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      allowNegative: true,
      options: {
        name: { type: 'string' },
        channel: { type: 'string' },
        codec: { type: 'string' },
        'package-manager': { type: 'string' },
        ci: { type: 'string' },
        install: { type: 'boolean', default: true },
        force: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    })
    const [folder, ...more] = positionals
    if (more.length > 0) throw new Error(`There is one folder, and ${more.join(' ')} is too much.`)
    const { name, channel, codec, ci, install, force, yes, help } = values
    const choices = { channel, codec, packageManager: values['package-manager'], ci }
    return { folder, name, choices, install, force, yes, help }
  } catch (thrown) {
    const reason = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.?$/, '.')
    throw new StarterError('INVALID_STARTER_OPTION', `${reason} --help lists the options.`, { cause: thrown })
  }
}
