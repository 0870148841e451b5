import { randomBytes } from 'node:crypto'
import { murmur2 } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { tenantPartitioner, type Header, type PartitionChoice, type Partitioner } from '../src/index.ts'

const choose = (
  partitioner: Partitioner,
  tenant: string | Uint8Array | null,
  key: string | Uint8Array | null = null,
  partitionCount = 12,
): PartitionChoice => {
  const headers: Header[] = [['tenant-id', tenant]]
  return partitioner({
    topic: 'orders',
    key: typeof key === 'string' ? Buffer.from(key) : key,
    headers,
    partitionCount,
  })
}
/** As Kafka's own documentation of the default partitioner has it: `toPositive(murmur2(key)) % numPartitions`. */
const java = (bytes: Uint8Array, count: number): number => (murmur2(bytes) & 0x7fffffff) % count
const tenants = Array.from({ length: 600 }, (_, i) => `tenant-${i}`)

describe('tenantPartitioner', () => {
  it('places a tenant where Java places a key of the same bytes, whatever the key', () => {
    const affine = tenantPartitioner()
    // Vectors of `org.apache.kafka.common.utils.UtilsTest.testMurmur2`: "foobar" is -790332482, "21" is -973932308.
    expect(choose(affine, 'foobar', 'a', 100)).toBe((-790332482 & 0x7fffffff) % 100)
    expect(choose(affine, Buffer.from('21'), null, 100)).toBe((-973932308 & 0x7fffffff) % 100)
    for (const tenant of tenants) {
      const expected = java(Buffer.from(tenant), 12)
      for (const key of [null, 'a', '', randomBytes(9)]) expect(choose(affine, tenant, key)).toBe(expected)
    }
  })

  it('spreads a tenant over that many partitions, the same key always on the same one', () => {
    const spread = tenantPartitioner({ partitionsPerTenant: 3 })
    for (const tenant of tenants.slice(0, 50)) {
      const first = java(Buffer.from(tenant), 12)
      const allowed = [first, (first + 1) % 12, (first + 2) % 12]
      const used = new Set<PartitionChoice>()
      for (let i = 0; i < 100; i++) {
        const partition = choose(spread, tenant, `key-${i}`)
        expect(choose(spread, tenant, `key-${i}`)).toBe(partition)
        expect(partition).toBe(allowed[java(Buffer.from(`key-${i}`), 3)])
        used.add(partition)
      }
      expect(used).toEqual(new Set(allowed))
      expect(choose(spread, tenant)).toEqual(allowed)
    }
  })

  it.each([1, 3])('with %i partitions a tenant is even over tenants', (partitionsPerTenant) => {
    const partitioner = tenantPartitioner({ partitionsPerTenant })
    const counts = Array.from({ length: 12 }, () => 0)
    for (const tenant of tenants)
      for (let i = 0; i < 20; i++) counts[choose(partitioner, tenant, `k${i}`) as number]!++
    const fair = (tenants.length * 20) / 12
    for (const count of counts) expect(Math.abs(count / fair - 1)).toBeLessThan(0.35)
  })

  it('takes all partitions where the topic has fewer than a tenant may have', () => {
    const spread = tenantPartitioner({ partitionsPerTenant: 50 })
    expect(new Set(choose(spread, 't', null, 4) as readonly number[])).toEqual(new Set([0, 1, 2, 3]))
    expect(choose(spread, 't', null, 1)).toBe(0)
  })

  it('leaves a record without a tenant to the default', () => {
    const partitioner = tenantPartitioner({ partitionsPerTenant: 2 })
    const input = { topic: 'orders', key: Buffer.from('k'), partitionCount: 12 }
    expect(partitioner({ ...input, headers: [] })).toBeUndefined()
    expect(partitioner({ ...input, headers: [['tenant', 'a']] })).toBeUndefined()
    for (const nobody of ['', null, Buffer.alloc(0)]) expect(choose(partitioner, nobody, 'k')).toBeUndefined()
  })

  it('reads the header that it is told to, the last of its name', () => {
    const partitioner = tenantPartitioner({ header: 'x-shop' })
    const headers: Header[] = [
      ['x-shop', 'first'],
      ['tenant-id', 'other'],
      ['x-shop', 'last'],
    ]
    expect(partitioner({ topic: 'orders', key: null, headers, partitionCount: 97 })).toBe(
      java(Buffer.from('last'), 97),
    )
  })

  it.each([
    null as never,
    { headers: 'shop' } as never,
    { header: '' },
    { header: 5 as never },
    { partitionsPerTenant: 0 },
    { partitionsPerTenant: 1.5 },
  ])('refuses %j', (options) => {
    expect(() => tenantPartitioner(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }) as Error,
    )
  })
})
