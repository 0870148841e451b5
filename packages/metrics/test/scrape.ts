import type { AnyRegistry } from '@headwater/metrics'

/** The samples of a registry by what stands before the value, as Prometheus would read them. */
export async function scrape(registry: AnyRegistry): Promise<ReadonlyMap<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}
