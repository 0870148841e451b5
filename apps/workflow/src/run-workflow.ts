import { parseArgs } from 'node:util'
import { toError, type Logger } from '@headwater/base'
import { ConfigError, loadConfig, type Config, type ConfigSource } from '@headwater/config'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { completeWorkflow } from './complete-workflow.ts'
import { createLogger } from './create-logger.ts'
import { exitCodes } from './exit-codes.ts'
import { startWorkflowService } from './start-workflow-service.ts'

const usage = `usage: node src/main.ts serve
       node src/main.ts complete <workflow> <run> [--status success] [--timeout-ms 30000]

Addresses and names come from the environment: README.md says which variables. HEADWATER_PROFILE=dev has defaults.
`

/** Runs the service, or the job, as a process. Gives the exit code. */
export async function runWorkflow(argv: readonly string[], source: ConfigSource): Promise<number> {
  const command = readCommand(argv)
  if (command === undefined) {
    process.stderr.write(usage)
    return exitCodes.usage
  }
  if (command.name === 'help') {
    process.stdout.write(usage)
    return 0
  }
  let config
  try {
    config = loadConfig(source)
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown
    process.stderr.write(`${thrown.message}\n`)
    return exitCodes.usage
  }
  const logger = createLogger(config)
  for (const { variable, problem, fix } of config.warnings)
    logger.warn({ variable, problem, fix }, 'configuration')
  if (command.name === 'serve') return await serve(config, logger)
  const { workflowId, workflowRunId, status, timeoutMs } = command
  return await completeWorkflow(config, {
    workflowId,
    workflowRunId,
    data: { status },
    timeoutMs,
    write: (line) => process.stdout.write(`${line}\n`),
    untilStopped,
    logger,
  })
}

async function serve(config: Config, logger: Logger): Promise<number> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  try {
    const service = await startWorkflowService(config, { logger, registry })
    // Until here there is nothing to drain: a signal just ends the process.
    const signal = await untilSignal()
    logger.info({ signal }, 'the workflow service drains')
    const { undelivered } = await service.close()
    return undelivered.length === 0 ? 0 : 1
  } catch (thrown) {
    logger.error({ err: toError(thrown) }, 'the workflow service could not start')
    return 1
  }
}

type Command =
  | { readonly name: 'help' }
  | { readonly name: 'serve' }
  | {
      readonly name: 'complete'
      readonly workflowId: string
      readonly workflowRunId: string
      readonly status: string
      readonly timeoutMs: number
    }

function readCommand(argv: readonly string[]): Command | undefined {
  let parsed
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        status: { type: 'string', default: 'success' },
        'timeout-ms': { type: 'string', default: '30000' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch {
    return undefined
  }
  if (parsed.values.help) return { name: 'help' }
  const [name, workflowId, workflowRunId, ...more] = parsed.positionals
  if (name === 'serve' && workflowId === undefined) return { name }
  const timeoutMs = Number(parsed.values['timeout-ms'])
  const isTime = Number.isInteger(timeoutMs) && timeoutMs >= 100 && timeoutMs <= 3_600_000
  if (name !== 'complete' || workflowId === undefined || workflowRunId === undefined) return undefined
  if (more.length > 0 || !isTime) return undefined
  return { name, workflowId, workflowRunId, status: parsed.values.status, timeoutMs }
}

function untilStopped(): AbortSignal {
  const stop = new AbortController()
  void untilSignal().then(() => stop.abort())
  return stop.signal
}

/** The first signal; a second one ends the process as if nobody listened. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
}
