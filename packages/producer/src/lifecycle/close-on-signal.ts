import { constants } from 'node:os'
import { HeadwaterError } from '@headwater/base'
import { toWaitMs } from '../engine/to-wait-ms.ts'
import type { Producer, UndeliveredRecord } from '../producer.ts'

/** How {@link closeOnSignal} closes. */
export interface CloseOnSignalOptions {
  /** What ends the process. @defaultValue `['SIGTERM', 'SIGINT']` */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /**
   * Milliseconds that delivering may take. Less than whoever sends the signal waits before it kills: Kubernetes 30 s,
   * Docker 10 s. @defaultValue 8000
   */
  readonly timeoutMs?: number | undefined
  /**
   * Gets the records that could not be delivered in time; not called when there are none. The process waits for the
   * promise that it returns. Required: whoever leaves it out has decided to lose them without knowing.
   */
  readonly onUndelivered: (undelivered: readonly UndeliveredRecord[]) => void | Promise<void>
  /**
   * Whether the signal takes its usual course afterwards, so that who started the process sees what ended it. `false`:
   * the process ends by itself, with exit code 0, when nothing else holds it. @defaultValue true
   */
  readonly reraise?: boolean | undefined
}

/** Marks the listeners of {@link closeOnSignal}, those of another copy of this package, too. */
const ours = Symbol.for('headwater.closeOnSignal')

function othersListen(signal: NodeJS.Signals): boolean {
  return process.rawListeners(signal).some((listener) => !(ours in listener))
}

/**
 * Closes a producer when the process is told to end: stops the intake, delivers what it can, hands back the rest. Then
 * the signal takes its usual course: the process ends by it, unless somebody else listens for it, too, and so has taken
 * the end into their own hands. A second signal does not wait. Several producers may be given, one call each; the
 * process ends after the last. What `onUndelivered` throws is thrown, and ends the process as every uncaught error does.
 *
 * @returns what takes the listeners away again; they go by themselves once the signal has come and the producer is closed.
 * @throws HeadwaterError `INVALID_OPTIONS` when an option is none: a signal that never comes, say, or no `onUndelivered`.
 */
export function closeOnSignal(
  producer: Pick<Producer, 'close' | 'stats'>,
  options: CloseOnSignalOptions,
): Disposable {
  // Known now, and not when the records are at stake.
  const problem = problemOf(options)
  if (problem !== undefined) throw new HeadwaterError('INVALID_OPTIONS', `closeOnSignal: ${problem}`)
  const { signals = ['SIGTERM', 'SIGINT'], timeoutMs = 8000, onUndelivered, reraise = true } = options
  toWaitMs('timeoutMs', timeoutMs)
  let isClosing = false

  const dispose = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
  }

  /** Without a listener the signal does what it does by default. */
  const endBy = (signal: NodeJS.Signals): void => {
    dispose()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }

  const close = async (): Promise<void> => {
    // Who closed by hand has been given the records already.
    const handedBack = ['closing', 'closed'].includes(producer.stats().state)
    const { undelivered } = await producer.close({ timeoutMs })
    if (undelivered.length > 0 && !handedBack) await onUndelivered(undelivered)
  }

  // The listener stays while the producer closes: it keeps another's `closeOnSignal` from ending the process meanwhile.
  const onSignal = Object.assign(
    (signal: NodeJS.Signals): void => {
      if (isClosing) {
        endBy(signal)
        return
      }
      isClosing = true
      const isOthers = othersListen(signal)
      close().then(
        () => (reraise && !isOthers ? endBy(signal) : dispose()),
        (thrown: unknown) => {
          dispose()
          // Out of the promise, where it might be taken for somebody's to handle.
          setImmediate(() => {
            throw thrown
          })
        },
      )
    },
    { [ours]: true },
  )

  // Before all others, since those that listen once are gone after they have heard.
  for (const signal of signals) process.prependListener(signal, onSignal)
  return { [Symbol.dispose]: dispose }
}

/** Signals that no process hears of: Node refuses to listen for them. */
const unheard: readonly unknown[] = ['SIGKILL', 'SIGSTOP']

/** What is wrong with the options, if anything; their types hold for TypeScript alone. */
function problemOf(options: CloseOnSignalOptions): string | undefined {
  if (typeof options !== 'object' || (options as unknown) === null) return 'the options must be an object'
  const {
    signals = [],
    onUndelivered,
    reraise,
  } = options as { readonly [Name in keyof CloseOnSignalOptions]: unknown }
  if (typeof onUndelivered !== 'function')
    return 'onUndelivered must be a function; it gets the records that could not be delivered'
  if (!Array.isArray(signals)) return 'signals must be a list of names such as SIGTERM'
  for (const signal of signals as readonly unknown[])
    if (typeof signal !== 'string' || !Object.hasOwn(constants.signals, signal) || unheard.includes(signal))
      return `${String(signal)} is no signal that can be listened for`
  return reraise === undefined || typeof reraise === 'boolean' ? undefined : 'reraise must be true or false'
}
