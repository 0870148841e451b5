import { spawnSync } from 'node:child_process'
import { runToEnd } from '@headwater/kafka'
import { isEndMark } from './end-mark.ts'

/**
 * The values that kcat, and so librdkafka, finds in a topic with `read_committed`; `undefined`, with a printed line that
 * says why, where there is no kcat.
 *
 * @throws Error when there is none although `HEADWATER_REQUIRE_KAFKA=1`
 */
export async function kcatCommittedValues(
  bootstrapServers: string,
  topic: string,
): Promise<readonly string[] | undefined> {
  if (spawnSync('kcat', ['-V']).error !== undefined) {
    const why = 'there is no kcat, so librdkafka does not read what transactions wrote'
    if (process.env['HEADWATER_REQUIRE_KAFKA'] === '1') throw new Error(why)
    console.log(`SKIPPED in part: ${why}.`)
    return undefined
  }
  const what = ['-C', '-q', '-e', '-b', bootstrapServers, '-t', topic, '-o', 'beginning', '-f', '%s\\n']
  const { code, output } = await runToEnd('kcat', [...what, '-X', 'isolation.level=read_committed'])
  if (code !== 0) throw new Error(`kcat ended with ${code}. It said:\n${output.slice(-2000)}`)
  return output.split('\n').filter((line) => line !== '' && !isEndMark(line))
}
