import type { Logger } from '@headwater/base'
import type { KafkajsLogger } from './kafkajs-cluster.ts'

/** The fields of kafkajs's lines that are passed on. It also logs whole answers, SASL exchanges among them, and stacks. */
const passed = ['error', 'correlationId', 'size'] as const

const quiet = (): void => undefined

/**
 * kafkajs's warnings and errors as our `debug` lines: every failure is thrown with its own code and sentence and gets its
 * line from who handles it, so theirs only help to see what happened within. Its own `debug` and `info` hold each request
 * and answer, and are dropped.
 *
 * @param isEcho - whether it only repeats what ended the connection
 */
export function kafkajsLogger(logger: Logger, isEcho: () => boolean): KafkajsLogger {
  const bridge =
    (level: 'warn' | 'error') =>
    (message: string, extra: Readonly<Record<string, unknown>> = {}): void => {
      if (isEcho()) return
      const fields = Object.fromEntries(
        passed.filter((name) => extra[name] !== undefined).map((name) => [name, extra[name]]),
      )
      logger.debug({ kafkajs: level, ...fields }, message)
    }
  const bridged: KafkajsLogger = {
    debug: quiet,
    info: quiet,
    warn: bridge('warn'),
    error: bridge('error'),
    namespace: () => bridged,
  }
  return bridged
}
