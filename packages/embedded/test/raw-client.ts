import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  BatchBuilder,
  decodeResponse,
  encodeRequest,
  encodeRequestHeader,
  metadata,
  produce,
  responseBody,
  type AnyApi,
  type BatchProducer,
  type RecordInput,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'

/** A client that sends exactly what a test says, and takes answers in the order of the requests. */
export class RawClient {
  readonly #socket: Socket
  #buffered = Buffer.alloc(0)
  readonly #waiting: ((frame: Buffer | undefined) => void)[] = []
  #nextCorrelationId = 0
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#received(chunk))
    // A reset is one of the ways in which a broker hangs up.
    socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        for (const give of this.#waiting.splice(0)) give(undefined)
        resolve()
      })
    })
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Sends a request and gives its answer; `undefined` when the broker hangs up instead. */
  async trySend<A extends AnyApi>(
    api: A,
    version: number,
    body: RequestInputOf<A>,
    clientId = 'raw',
  ): Promise<ResponseOf<A> | undefined> {
    const { correlationId, bytes } = this.#request(api, version, body, clientId)
    const frame = await this.exchange(bytes)
    if (frame === undefined) return undefined
    if (frame.readInt32BE(0) !== correlationId) throw new Error('an answer to another request')
    return decodeResponse(api, version, responseBody(api, version, frame.subarray(4)))
  }

  /** The same where an answer must come. */
  async send<A extends AnyApi>(
    api: A,
    version: number,
    body: RequestInputOf<A>,
    clientId?: string,
  ): Promise<ResponseOf<A>> {
    const answer = await this.trySend(api, version, body, clientId)
    if (answer === undefined) throw new Error(`${api.name} v${version}: the broker hung up`)
    return answer
  }

  /** Sends a request that has no answer. */
  post<A extends AnyApi>(api: A, version: number, body: RequestInputOf<A>): void {
    this.#writeFrame(this.#request(api, version, body, 'raw').bytes)
  }

  /** Sends a frame and gives the next one that comes back. */
  exchange(frame: Uint8Array): Promise<Buffer | undefined> {
    this.#writeFrame(frame)
    return this.nextFrame()
  }

  nextFrame(): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve(undefined)
      else this.#waiting.push(resolve)
    })
  }

  /** Sends bytes, framed or not. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Bytes that the broker has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #request<A extends AnyApi>(
    api: A,
    apiVersion: number,
    body: RequestInputOf<A>,
    clientId: string,
  ): { readonly correlationId: number; readonly bytes: Buffer } {
    const correlationId = this.#nextCorrelationId++
    const header = encodeRequestHeader(api, { apiVersion, correlationId, clientId })
    return { correlationId, bytes: Buffer.concat([header, ...encodeRequest(api, apiVersion, body)]) }
  }

  #writeFrame(frame: Uint8Array): void {
    const size = Buffer.alloc(4)
    size.writeInt32BE(frame.length)
    this.write(Buffer.concat([size, frame]))
  }

  #received(chunk: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, chunk])
    while (this.#buffered.length >= 4 && this.#buffered.length >= 4 + this.#buffered.readInt32BE(0)) {
      const end = 4 + this.#buffered.readInt32BE(0)
      this.#waiting.shift()?.(this.#buffered.subarray(4, end))
      this.#buffered = this.#buffered.subarray(end)
    }
  }
}

/** An uncompressed batch of records with nothing but values, of a producer or of none. */
export function makeBatch(
  values: readonly string[],
  producer?: Partial<BatchProducer>,
  timestamp: number = Date.now(),
): Buffer {
  return makeBatchOf(
    values.map((value) => ({ key: null, value, timestamp })),
    producer,
  )
}

export function makeBatchOf(records: readonly RecordInput[], producer?: Partial<BatchProducer>): Buffer {
  const builder = new BatchBuilder()
  for (const record of records) builder.tryAppend(record, Infinity)
  if (producer === undefined) return builder.seal()
  return builder.seal({ producerId: 0n, producerEpoch: 0, baseSequence: 0, ...producer })
}

export type ProduceAnswer = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number]

/** Produces one batch to one partition; v9 unless told otherwise. */
export async function produceTo(
  client: RawClient,
  topic: string,
  records: Uint8Array | null,
  { partition = 0, acks = -1, version = 9 }: { partition?: number; acks?: number; version?: number } = {},
): Promise<ProduceAnswer> {
  const answer = await client.send(produce, version, {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
  })
  return answer.responses[0]!.partitionResponses[0]!
}

/** The id of a topic, for the versions that name topics so. */
export async function topicIdOf(client: RawClient, topic: string): Promise<string> {
  const answer = await client.send(metadata, 12, {
    topics: [{ name: topic, topicId: '00000000-0000-0000-0000-000000000000' }],
  })
  return answer.topics[0]!.topicId
}
