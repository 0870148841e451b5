import { isHeadwaterError } from '@headwater/base'
import { findPrometheus } from './prometheus-files.ts'

/**
 * Whether tests can run Prometheus and promtool, which are fetched now if they have to be; prints why not.
 *
 * @throws Error when they cannot although `HEADWATER_REQUIRE_KAFKA=1`.
 */
export async function canRunPrometheus(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  try {
    await findPrometheus(env)
    return true
  } catch (thrown) {
    if (!isHeadwaterError(thrown)) throw thrown
    const line = `tests with a real Prometheus are skipped: ${thrown.message}`
    if (env['HEADWATER_REQUIRE_KAFKA'] === '1') {
      throw new Error(`HEADWATER_REQUIRE_KAFKA=1, but ${line}`, { cause: thrown })
    }
    console.warn(line)
    return false
  }
}
