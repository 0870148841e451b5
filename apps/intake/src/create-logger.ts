import { errSerializer, type Logger } from '@headwater/base'
import type { Config } from '@headwater/config'
import { pino } from 'pino'

/** A pino logger on standard output as the configuration asks for. */
export function createLogger({ service, log }: Pick<Config, 'service' | 'log'>): Logger {
  return pino({
    level: log.level,
    // Neither host name nor process id: who collects the lines knows where they came from.
    base: { service: service.name },
    // What `describeFailure` has told already is no error any more.
    serializers: { err: (err: unknown) => (err instanceof Error ? errSerializer(err) : err) },
  })
}
