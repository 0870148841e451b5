import { ConfigError, loadConfig, type ConfigSource } from '@headwater/config'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { describeFailure } from './describe-failure.ts'
import { createLogger } from './create-logger.ts'
import { startIntake } from './start-intake.ts'

/** Runs the intake as a process: until SIGTERM or SIGINT, which drain it. Gives the exit code. */
export async function runIntake(source: ConfigSource): Promise<number> {
  let config
  try {
    config = loadConfig(source)
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown
    process.stderr.write(`${thrown.message}\n`)
    return 2
  }
  const logger = createLogger(config)
  for (const { variable, problem, fix } of config.warnings)
    logger.warn({ variable, problem, fix }, 'configuration')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const stop = new AbortController()
  const stopped = untilSignal().finally(() => stop.abort())
  try {
    const intake = await startIntake(config, { logger, registry, signal: stop.signal })
    const signal = await stopped
    logger.info({ signal }, 'the intake drains')
    const { undelivered } = await intake.close()
    return undelivered.length === 0 ? 0 : 1
  } catch (thrown) {
    if (stop.signal.aborted) return 0
    logger.error(describeFailure(thrown), 'the intake could not start')
    return 1
  }
}

/** The first signal; a second one ends the process as if nobody listened. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
}
