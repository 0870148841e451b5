import { errSerializer, type Logger } from '@headwater/base'
import type { Config } from '@headwater/config'
import { pino } from 'pino'

/** A pino logger on standard error as the configuration asks for: standard output is the job's answer. */
export function createLogger({ service, log }: Pick<Config, 'service' | 'log'>): Logger {
  // Neither host name nor process id: who collects the lines knows where they came from.
  return pino(
    { level: log.level, base: { service: service.name }, serializers: { err: errSerializer } },
    pino.destination({ fd: 2, sync: true }),
  )
}
