import type { LogFields, Logger } from '@headwater/base'

/** A logger that keeps its lines as the text that pino would write. */
export class LogLines implements Logger {
  readonly lines: string[] = []
  readonly debug = (fields: LogFields, message: string): void => this.#add('debug', fields, message)
  readonly info = (fields: LogFields, message: string): void => this.#add('info', fields, message)
  readonly warn = (fields: LogFields, message: string): void => this.#add('warn', fields, message)
  readonly error = (fields: LogFields, message: string): void => this.#add('error', fields, message)

  get text(): string {
    return this.lines.join('\n')
  }

  #add(level: string, fields: LogFields, message: string): void {
    const plain = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value,
    ])
    this.lines.push(JSON.stringify({ level, ...Object.fromEntries(plain), message }))
  }
}
