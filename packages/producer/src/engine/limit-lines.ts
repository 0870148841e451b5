import { silentLogger, type Clock, type LogFields, type Logger } from '@headwater/base'

/** Milliseconds in which of lines that say the same only the first is written. */
const windowMs = 30_000
/** Lines that are remembered; beyond, the one that was silent for longest is forgotten. */
const maxKeys = 200
/** What makes two lines of one message say different things. Not the partition: a lost broker leads many. */
const telling = ['topic', 'brokerId', 'code', 'hook'] as const

interface Spoken {
  readonly atMs: number
  repeated: number
}

/**
 * A producer's logger, so that an outage is a few lines and not millions: what was said within the last 30 s is counted
 * instead of said again, and the line that speaks next says how often: `repeated`. No timer, and no more memory for more
 * lines. `debug` passes.
 */
export function limitLines(logger: Logger, clock: Clock): Logger {
  if (logger === silentLogger) return logger
  const spoken = new Map<string, Spoken>()
  const limited =
    (level: 'info' | 'warn' | 'error') =>
    (fields: LogFields, message: string): void => {
      const key = [message, ...telling.map((name) => textOf(fields, name))].join('\n')
      const nowMs = clock.monotonic()
      const last = spoken.get(key)
      if (last !== undefined && nowMs - last.atMs < windowMs) {
        last.repeated++
        return
      }
      // To the end: the map is in the order in which lines were last written.
      spoken.delete(key)
      if (spoken.size >= maxKeys) spoken.delete(spoken.keys().next().value!)
      spoken.set(key, { atMs: nowMs, repeated: 0 })
      const repeated = last?.repeated ?? 0
      logger[level](repeated > 0 ? { ...fields, repeated } : fields, message)
    }
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: limited('info'),
    warn: limited('warn'),
    error: limited('error'),
  }
}

/** A field, or what the line's error says of it. */
function textOf(fields: LogFields, name: string): string {
  const value = fields[name] ?? (fields['err'] as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
