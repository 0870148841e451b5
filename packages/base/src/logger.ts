/**
 * The logger that Headwater packages write to. Its shape is pino's, so a pino logger (or a child of one) can be
 * passed as it is (with {@link errSerializer}, see there); any object with these four methods will do.
 *
 * Packages log events, not payloads: no key, no value, no address and no secret is ever passed to it.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

/** Structured fields of one line; an error goes under `err`, as pino serialises it. */
export type LogFields = Readonly<Record<string, unknown>>

const drop = (): void => undefined

/** The default of every package: says nothing. */
export const silentLogger: Logger = { debug: drop, info: drop, warn: drop, error: drop }
