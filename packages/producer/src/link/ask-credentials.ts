import { HeadwaterError, toError, type Clock, type Credentials } from '@headwater/base'
import { connectionFailure } from './connection-failure.ts'
import { credentialsProblems } from './connection-problems.ts'
import type { BrokerAddress } from './link.ts'

/**
 * What the user's function gives for the next connection. A function that hangs must not hang the connection for ever,
 * so it is given up with the connection's deadline, or when the producer closes.
 *
 * @throws LinkError `LINK_CONNECT_FAILED` when the function throws, `LINK_CONNECT_TIMEOUT` when its time is over.
 */
export function askCredentials(
  provide: () => Credentials | Promise<Credentials>,
  {
    address,
    timeoutMs,
    clock,
    closed,
  }: {
    readonly address: BrokerAddress
    readonly timeoutMs: number
    readonly clock: Clock
    /** Aborted with the error to throw. */
    readonly closed: AbortSignal
  },
): Promise<Credentials> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      deadline.cancel()
      closed.removeEventListener('abort', onClosed)
      settle()
    }
    const onClosed = (): void => done(() => reject(closed.reason))
    const deadline = clock.schedule(timeoutMs, () => {
      const failure = connectionFailure({ address }, { kind: 'timeout', phase: 'credentials', timeoutMs })
      done(() => reject(failure))
    })
    closed.addEventListener('abort', onClosed)
    // A function that is not async may throw, too.
    void Promise.resolve()
      .then(provide)
      .then(assertCredentials)
      .then(
        (credentials) => done(() => resolve(credentials)),
        (thrown: unknown) => {
          const cause = toError(thrown)
          done(() =>
            reject(connectionFailure({ address }, { kind: 'credentials', phase: 'credentials', cause })),
          )
        },
      )
  })
}

/** What is meant for another client would be passed over, and the connection made without it. */
function assertCredentials(given: Credentials): Credentials {
  const problems = [...credentialsProblems(given)]
  if (problems.length > 0) throw new HeadwaterError('INVALID_OPTIONS', problems.join('; '))
  return given
}
