import { silentLogger, systemClock, type Clock, type LogFields, type Logger } from '@headwater/base'

/** How repeats are held back. */
export interface LimitRepeatsOptions {
  /** Milliseconds in which a line of one kind is written once. @defaultValue 10000 */
  readonly intervalMs?: number | undefined
  /** What the time is measured with, to move it in tests. @defaultValue the computer's clock */
  readonly clock?: Clock | undefined
}

interface Kind {
  /** Until then repeats are counted. */
  quietUntilMs: number
  /** Since the last line. */
  repeated: number
}

/** Fields that make lines of one message different things to know; ids and durations do not. */
const telling = [
  'component',
  'channel',
  'route',
  'topic',
  'event_type',
  'outcome',
  'status',
  'code',
  'operation',
  'brokerId',
  'hook',
]
/** Beyond, kinds share one line a level: what a log costs stays bounded whatever the fields hold. */
const maxKinds = 200

/** By logger, then by clock, then by interval. */
const limited = new WeakMap<Logger, Map<Clock, Map<number, Logger>>>()
const alreadyLimited = new WeakSet<Logger>()

/**
 * The logger with its warnings and errors held back: of each kind (message, and what the fields say about where and
 * why) the first is written at once, then one every `intervalMs` at most, with the number of those left out as
 * `repeated`. An outage under a thousand requests a second is then a few lines, not thousands. `debug` and `info` pass.
 *
 * It has no timers: what was counted comes with the next line of its kind. A logger that is limited already is given
 * back, and the same logger gives the same limit wherever it is asked for with the same options.
 */
export function limitRepeats(logger: Logger, options: LimitRepeatsOptions = {}): Logger {
  const { intervalMs = 10_000, clock = systemClock } = options
  if (logger === silentLogger || alreadyLimited.has(logger)) return logger
  const byClock = limited.get(logger) ?? new Map<Clock, Map<number, Logger>>()
  limited.set(logger, byClock)
  const byInterval = byClock.get(clock) ?? new Map<number, Logger>()
  byClock.set(clock, byInterval)
  const wrapped = byInterval.get(intervalMs) ?? wrap(logger, intervalMs, clock)
  byInterval.set(intervalMs, wrapped)
  alreadyLimited.add(wrapped)
  return wrapped
}

/** What is made of a limited logger needs no limit of its own. */
export function passLimitOn(from: Logger, to: Logger): Logger {
  if (alreadyLimited.has(from)) alreadyLimited.add(to)
  return to
}

function wrap(logger: Logger, intervalMs: number, clock: Clock): Logger {
  const kinds = new Map<string, Kind>()
  const write = (level: 'warn' | 'error', fields: LogFields, message: string): void => {
    const nowMs = clock.monotonic()
    const kind = kindOf(
      kinds,
      [level, message, ...telling.map((name) => tell(fields, name))].join('\n'),
      level,
      nowMs,
    )
    // A producer counts its own lines, and says so here.
    const counted = typeof fields['repeated'] === 'number' ? fields['repeated'] : 0
    if (nowMs < kind.quietUntilMs) {
      kind.repeated += 1 + counted
      return
    }
    const repeated = kind.repeated + counted
    Object.assign(kind, { quietUntilMs: nowMs + intervalMs, repeated: 0 })
    logger[level](repeated > 0 ? { ...fields, repeated } : fields, message)
  }
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
  }
}

/**
 * The kind's own state, or the level's shared one where there are too many. What is quiet no more is forgotten then, with
 * its count: kept for a line that may never come, it would take the place of others for good.
 */
function kindOf(kinds: Map<string, Kind>, name: string, level: string, nowMs: number): Kind {
  const known = kinds.get(name)
  if (known !== undefined) return known
  if (kinds.size >= maxKinds) {
    for (const [each, { quietUntilMs }] of kinds) if (quietUntilMs <= nowMs) kinds.delete(each)
  }
  const key = kinds.size >= maxKinds ? level : name
  const kind = kinds.get(key) ?? { quietUntilMs: Number.NEGATIVE_INFINITY, repeated: 0 }
  kinds.set(key, kind)
  return kind
}

function tell(fields: LogFields, name: string): string {
  const value = fields[name] ?? (fields['err'] as Readonly<Record<string, unknown>> | undefined)?.[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
