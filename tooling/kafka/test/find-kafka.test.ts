import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKafka } from '../src/find-kafka.ts'
import { parseJavaVersion } from '../src/find-java.ts'
import { fetchKafkaJars, kafkaVersion, readPomVersion } from '../src/kafka-jars.ts'
import { canStartRealKafka, testKafka, uniqueTopic } from '../src/test-cluster.ts'

let folder: string
/** A computer whose Java prints this version. */
async function withJava(version: string): Promise<NodeJS.ProcessEnv> {
  const home = join(folder, `java-${version}`)
  await mkdir(join(home, 'bin'), { recursive: true })
  await writeFile(
    join(home, 'bin', 'java'),
    `#!/bin/sh\necho 'openjdk version "${version}" 2025-04-15' >&2\n`,
  )
  await chmod(join(home, 'bin', 'java'), 0o755)
  return { JAVA_HOME: home, HEADWATER_KAFKA_CACHE: join(folder, 'cache') }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-kafka-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('findKafka', () => {
  it('prefers the cluster that the environment names', async () => {
    expect(await findKafka({ HEADWATER_TEST_KAFKA: '127.0.0.1:9092' })).toEqual({
      kind: 'given',
      bootstrapServers: '127.0.0.1:9092',
    })
  })

  it('never takes the cluster that applications are configured with', async () => {
    const env = { JAVA_HOME: join(folder, 'none'), KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9092' }
    expect(await findKafka(env)).toMatchObject({ kind: 'none' })
  })

  it('says that Java is missing, or too old, and what to install', async () => {
    const missing = await findKafka({ JAVA_HOME: join(folder, 'none') })
    expect(missing).toMatchObject({ kind: 'none', reason: expect.stringMatching(/no Java .*install a Java/) })
    const old = await findKafka(await withJava('11.0.2'))
    expect(old).toMatchObject({ kind: 'none', reason: expect.stringMatching(/is Java 11: install a Java/) })
  })

  it('needs no Maven once the jars are there', async () => {
    const env = await withJava('17.0.1')
    await mkdir(join(folder, 'cache', `kafka-${kafkaVersion}`), { recursive: true })
    expect(await findKafka(env)).toEqual({ kind: 'own' })
  })
})

describe('parseJavaVersion', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_402"', 8],
    ['openjdk version "26" 2026-03-17', 26],
    ['bash: java: not found', undefined],
  ])('reads %j', (output, version) => {
    expect(parseJavaVersion(output)).toBe(version)
  })
})

describe('fetchKafkaJars', () => {
  it('fails with KAFKA_UNAVAILABLE without Java', async () => {
    await expect(fetchKafkaJars({ JAVA_HOME: join(folder, 'none') })).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
    })
  })

  it('fetches the version that the code speaks of', async () => {
    expect(await readPomVersion()).toBe(kafkaVersion)
  })
})

describe('testKafka', () => {
  it('gives the cluster of this run, or nothing', () => {
    expect(testKafka({ HEADWATER_TEST_KAFKA: '127.0.0.1:9092' })).toBe('127.0.0.1:9092')
    expect(testKafka({})).toBeUndefined()
  })

  it('throws where a real Kafka is required', async () => {
    expect(() => testKafka({ HEADWATER_REQUIRE_KAFKA: '1' })).toThrow(/HEADWATER_TEST_KAFKA/)
    const env = { HEADWATER_REQUIRE_KAFKA: '1', JAVA_HOME: join(folder, 'none') }
    await expect(canStartRealKafka(env)).rejects.toThrow(/no Java/)
  })
})

describe('uniqueTopic', () => {
  it('never gives the same name twice', () => {
    expect(uniqueTopic('orders')).toMatch(/^orders-[0-9a-f-]{13}$/)
    expect(uniqueTopic('orders')).not.toBe(uniqueTopic('orders'))
  })
})
