import { createConnection } from 'node:net'

const correlationId = 1
/** Size, API key 18, version 0, correlation id, and -1 as the length of no client id. */
const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, correlationId, 0xff, 0xff])
const answerTimeoutMs = 2000

/** Whether a Kafka behind this port of 127.0.0.1 answers the request that every client sends first. */
export function answersApiVersions(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    let answer = Buffer.alloc(0)
    const end = (isReady: boolean): void => {
      socket.destroy()
      resolve(isReady)
    }
    socket.setTimeout(answerTimeoutMs, () => end(false))
    socket.on('error', () => end(false))
    socket.on('close', () => end(false))
    socket.on('connect', () => socket.write(request))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      // Size, correlation id, error code.
      if (answer.length >= 10) end(answer.readInt32BE(4) === correlationId && answer.readInt16BE(8) === 0)
    })
  })
}
