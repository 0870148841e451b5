import { silentLogger, type Logger } from '@headwater/base'
import { HookRunner } from '../hook-runner.ts'

/** A value that became bytes, or the other way round. */
export interface CodecOperation {
  readonly operation: 'encode' | 'decode'
  /** `undefined` for a decode that was not told one. */
  readonly topic: string | undefined
  /** Size of the encoded value, its frame included. */
  readonly bytes: number
}

/** A value that could not be encoded, or bytes that could not be decoded. */
export interface CodecFailure {
  readonly operation: 'encode' | 'decode'
  /** `undefined` for a decode that was not told one. */
  readonly topic: string | undefined
  /** What the caller gets: a `CodecError`, or a `RegistryError` where `decodeAsync` could not load a schema. */
  readonly error: Error
}

/** A time in which a codec could not go on, because it asked the schema registry. */
export interface SchemaWait {
  /** `warm-up`: for the schemas of its topics, at the start; `load`: for a writer's schema that came up in a record. */
  readonly reason: 'warm-up' | 'load'
  readonly durationMs: number
  /** Why it was in vain; `undefined` when it was not. */
  readonly error: Error | undefined
}

/**
 * Typed, synchronous functions that see what a codec does: metrics come in here. Nobody takes the time of a call, which
 * is about a microsecond. A hook that throws is logged once and never breaks a call.
 */
export interface CodecHooks {
  /** A value was encoded or decoded. */
  onOperation?(done: CodecOperation): void
  /** The caller of `encode`, `decode` or `decodeAsync` gets an error. */
  onFailure?(failure: CodecFailure): void
  /** Avro only: other codecs wait for nothing. */
  onSchemaWait?(wait: SchemaWait): void
}

/** What all codecs take beside their own options. */
export interface CodecHookOptions {
  /** See what the codec does; in order, where there are several. Default: none, which costs nothing. */
  readonly hooks?: CodecHooks | readonly CodecHooks[] | undefined
  /** Hears of a hook that throws. Default: says nothing. */
  readonly logger?: Logger | undefined
}

/** Who is told; `undefined` when nobody is. */
export function codecHookRunner({
  hooks = [],
  logger = silentLogger,
}: CodecHookOptions): HookRunner<CodecHooks> | undefined {
  const observers = Array.isArray(hooks) ? (hooks as readonly CodecHooks[]) : [hooks as CodecHooks]
  return observers.length === 0 ? undefined : new HookRunner(observers, logger, 'codec')
}
