import type { EmbeddedKafka } from '@headwater/embedded'

/** The values that `read_committed` consumers find in a topic now, sorted. */
export async function committedValues(
  kafka: Pick<EmbeddedKafka, 'records'>,
  topic: string,
): Promise<readonly string[]> {
  const records = await kafka.records(topic, { isolation: 'read_committed' })
  return records.map(({ value }) => String(value)).sort((a, b) => (a < b ? -1 : 1))
}
