import { randomUUID } from 'node:crypto'
import { findOwnKafka } from './find-kafka.ts'

/**
 * The bootstrap servers of the cluster that this test run shares, or `undefined`, with a printed line that says why;
 * use it with `describe.skipIf(kafka === undefined)`.
 *
 * @throws Error when there is none although `HEADWATER_REQUIRE_KAFKA=1`.
 */
export function testKafka(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env['HEADWATER_TEST_KAFKA']
  if (given) return given
  skip(
    env,
    'HEADWATER_TEST_KAFKA is not set; run them through `node tooling/kafka/src/with-kafka.ts -- <command>`',
  )
  return undefined
}

/**
 * Whether a test can start a cluster of its own, because it needs three brokers or kills some; prints why not.
 *
 * @throws Error when it cannot although `HEADWATER_REQUIRE_KAFKA=1`.
 */
export async function canStartRealKafka(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const source = await findOwnKafka(env)
  if (source.kind === 'own') return true
  skip(env, source.reason)
  return false
}

/** A topic name that no other test, run or worker uses. */
export function uniqueTopic(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 13)}`
}

function skip(env: NodeJS.ProcessEnv, reason: string): void {
  const line = `tests on a real Kafka are skipped: ${reason}`
  if (env['HEADWATER_REQUIRE_KAFKA'] === '1') throw new Error(`HEADWATER_REQUIRE_KAFKA=1, but ${line}`)
  console.warn(line)
}
