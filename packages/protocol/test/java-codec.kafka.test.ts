import { beforeEach, describe, expect, it } from 'vitest'
import {
  apis,
  BatchBuilder,
  compress,
  compressionTypes,
  decompress,
  encodeControlBatch,
  encodeRequest,
  encodeResponse,
  kafkaErrors,
  murmur2,
  type AnyApi,
  type CompressionType,
  type RecordInput,
} from '../src/index.ts'
import { askJava, findKafkaJars } from './java-codec.ts'
import { Random, randomValue } from './random-value.ts'

const random = new Random()
console.info(`seed of the random values: HEADWATER_TEST_SEED=${random.seed}`)
beforeEach(() => random.restart())

const jars = findKafkaJars()
const ask = (questions: readonly (readonly (string | number)[])[]): Promise<string[]> =>
  askJava(jars!, questions)
const hexOf = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('hex')
const codecs = (Object.keys(compressionTypes) as CompressionType[]).filter((type) => type !== 'none')

// Without the jars there is nothing to ask: findKafkaJars says how to get them.
describe.skipIf(jars === undefined)("Kafka's own codec", { timeout: 60_000 }, () => {
  it('has the same errors, with the same wording', async () => {
    const [count, ...answers] = await ask([['errors'], ...kafkaErrors.map(({ code }) => ['error', code])])
    expect(Number(count)).toBe(kafkaErrors.length)
    expect(answers).toEqual(
      kafkaErrors.map(({ name, retriable, message }) => `${name}\t${retriable}\t${message}`),
    )
  })

  it('has the same requests in the same versions, flexible from the same on', async () => {
    expect(await ask(apis.map((api) => ['versions', api.key]))).toEqual(
      apis.map(({ name, versions, flexibleFrom }) =>
        [name, ...versions, flexibleFrom === Infinity ? 'none' : Math.max(flexibleFrom, versions[0])].join(
          '\t',
        ),
      ),
    )
  })

  it('reads every message in every version, and writes the same bytes', async () => {
    const questions: (string | number)[][] = []
    for (const api of apis as readonly AnyApi[]) {
      for (let version = api.versions[0]; version <= api.versions[1]; version++) {
        for (let round = 0; round < 10; round++) {
          const request = encodeRequest(api, version, randomValue(api.request, version, random))
          const response = encodeResponse(api, version, randomValue(api.response, version, random))
          questions.push(['message', api.key, version, 'request', hexOf(request)])
          questions.push(['message', api.key, version, 'response', hexOf(response)])
        }
      }
    }
    const answers = await ask(questions)
    const wrong = questions.flatMap(([, key, version, side, hex], index) =>
      answers[index] === hex ? [] : [`${key} v${version} ${side}: ${answers[index]} where we have ${hex}`],
    )
    expect(wrong.slice(0, 5), `seed ${random.seed}`).toEqual([])
  })

  it('reads our compressed bytes, and we read its', async () => {
    const inputs = [
      Buffer.alloc(0),
      Buffer.alloc(200_000, 'x'),
      random.bytes(70_000),
      ...Array.from({ length: 100 }, (_, index) =>
        Buffer.from(random.bytes(index < 20 ? 65526 + index : random.below(200)).map((byte) => byte % 4)),
      ),
    ]
    const cases = codecs.flatMap((type) =>
      inputs.map((bytes) => ({ type, bytes, hex: bytes.toString('hex') })),
    )
    const ours = await ask(
      await Promise.all(
        cases.map(async ({ type, bytes }) => ['decompress', type, hexOf([await compress(type, bytes)])]),
      ),
    )
    expect(
      cases.filter(({ hex }, index) => ours[index] !== hex).map(({ type, bytes }) => [type, bytes.length]),
    ).toEqual([])
    const theirs = await ask(cases.map(({ type, hex }) => ['compress', type, hex]))
    for (const [index, { type, bytes }] of cases.entries()) {
      const read = await decompress(type, Buffer.from(theirs[index]!, 'hex'))
      expect(read.equals(bytes), `${type}, ${bytes.length} bytes, seed ${random.seed}`).toBe(true)
    }
  })

  it('reads our batches, whatever their codec', async () => {
    const content = (): Buffer | null => (random.next() < 0.2 ? null : random.bytes(random.below(80)))
    const records = Array.from({ length: 30 }, (): RecordInput => ({
      key: content(),
      value: content(),
      headers: Array.from({ length: random.below(4) }, () => [random.text(8), content()] as const),
      timestamp: random.below(2 ** 42),
    }))
    const builder = new BatchBuilder()
    for (const record of records) builder.tryAppend(record, Infinity)
    const producer = { producerId: 12n, producerEpoch: 3, baseSequence: 77, transactional: true }
    const batches = [
      builder.seal(producer),
      ...(await Promise.all(
        codecs.map(async (type) =>
          builder.sealCompressed(
            producer,
            compressionTypes[type],
            await compress(type, builder.recordBytes()),
          ),
        ),
      )),
    ]
    const hex = (value: unknown): string =>
      value === null ? 'null' : Buffer.from(value as string).toString('hex')
    const expected = [
      `12/3/77/true/false/${Math.max(...records.map((record) => record.timestamp))}`,
      ...records.map(({ key, value, headers, timestamp }, offset) =>
        [
          `${offset}/${timestamp}/${hex(key)}/${hex(value)}`,
          ...headers!.map(([n, v]) => `${hex(n)}=${hex(v)}`),
        ].join('/'),
      ),
    ].join('\t')
    for (const answer of await ask(batches.map((batch) => ['batch', hexOf([batch])]))) {
      expect(answer, `seed ${random.seed}`).toBe(expected)
    }
  })

  it('reads our transaction markers', async () => {
    const batch = encodeControlBatch({
      type: 'commit',
      coordinatorEpoch: 9,
      producerId: 4n,
      producerEpoch: 2,
      timestamp: 5,
    })
    expect(await ask([['batch', hexOf([batch])]])).toEqual(['4/2/-1/true/true/5\t0/5/00000001/000000000009'])
  })

  it('hashes keys alike', async () => {
    const keys = Array.from({ length: 2000 }, () => random.bytes(random.below(40)))
    const answers = await ask(keys.map((key) => ['murmur2', hexOf([key])]))
    expect(answers.map(Number), `seed ${random.seed}`).toEqual(keys.map((key) => murmur2(key)))
  })
})
