import { inspect } from 'node:util'
import { isHeadwaterError } from '@headwater/base'
import type { ConfigSource } from '@headwater/config'
import { CommanderError } from 'commander'
import kafkajs from 'kafkajs'
import { createProgram, type DemoFlags } from './create-program.ts'
import { Progress, type ProgressTarget } from './progress.ts'
import { formatReport } from './report.ts'
import { runDemo, type DemoSetting } from './run-demo.ts'
import { exitCodeOf, toJsonLine, type RunSummary } from './run-summary.ts'

/** What the program has of its process. */
export interface ProgramContext {
  readonly stdout: ProgressTarget
  readonly stderr: ProgressTarget
  readonly env: ConfigSource
  /** Whether stdout may be coloured. */
  readonly colour: boolean
  /** The user asks to stop. */
  readonly stopped: AbortSignal
}

/**
 * Runs the demo from its command line.
 *
 * @param args - what follows the program's name.
 * @returns the exit code: 0 and 1 as in `--help`, 2 when the run could not take place, 130 when it was stopped.
 */
export async function runProgram(args: readonly string[], context: ProgramContext): Promise<number> {
  const { stderr, stopped } = context
  const progress = new Progress(stderr)
  try {
    const program = createProgram().configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    const flags = program.parse(args, { from: 'user' }).opts<DemoFlags>()
    return await run(flags, progress, context)
  } catch (thrown) {
    progress.end()
    // commander has printed its own message already.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
    if (stopped.aborted) return 130
    // Thrown on, it would end the process with 1, which says that the log broke the promise.
    const isForeseen = isHeadwaterError(thrown) || thrown instanceof kafkajs.KafkaJSError
    stderr.write(`${isForeseen ? thrown.message : inspect(thrown)}\n`)
    return 2
  }
}

async function run(flags: DemoFlags, progress: Progress, context: ProgramContext): Promise<number> {
  const { stdout, stderr, stopped, env, colour } = context
  const summary = await runDemo(
    {
      folder: flags.emails,
      count: flags.count,
      faults: flags.faults,
      cluster: flags.cluster === true ? env : undefined,
      keep: flags.keep,
    },
    {
      progress,
      signal: stopped,
      onListen(intakeUrl, live) {
        if (flags.keep !== true || !live) return
        progress.end()
        stderr.write(`The live page: ${intakeUrl}/\n`)
      },
      async onSummary(done, setting) {
        if (flags.json !== true)
          stdout.write(`${formatReport(done, { colour, heading: headingOf(done, setting) })}\n`)
        stdout.write(`${toJsonLine(done)}\n`)
        if (flags.keep !== true) return
        // Not on stdout, whose last line is for programs.
        stderr.write(formatAddresses(setting))
        await aborted(stopped)
      },
    },
  )
  return exitCodeOf(summary)
}

function headingOf({ sent }: RunSummary, { files, embedded, bootstrapServers }: DemoSetting): string {
  const where = embedded ? 'three embedded brokers' : bootstrapServers
  return `${sent.toLocaleString('en-US')} mails from ${files} files, through the intake into ${where}`
}

function formatAddresses({ intakeUrl, live, bootstrapServers, registryUrl, topics }: DemoSetting): string {
  return [
    '',
    ...(live ? [`Live page         ${intakeUrl}/`] : []),
    `Intake            ${intakeUrl}/channels/email, /healthz, /readyz, /metrics`,
    `Kafka             ${bootstrapServers}`,
    `Topics            ${topics.join(', ')}`,
    `Schema registry   ${registryUrl}`,
    'Up until Ctrl+C.',
    '',
  ].join('\n')
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
