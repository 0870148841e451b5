import { HeadwaterError } from '@headwater/base'
import { partitionForKey } from '@headwater/protocol'
import type { Header } from '../producer-record.ts'
import type { Partitioner } from './partitioner.ts'

/** Options of {@link tenantPartitioner}. */
export interface TenantPartitionerOptions {
  /** The header that names a record's tenant; of several of this name the last counts. @defaultValue `'tenant-id'` */
  readonly header?: string | undefined
  /**
   * How many partitions one tenant's records go to, 1 or more: the blast radius of a hot tenant, and how many consumers
   * can share its work. More than the topic has means all of them. @defaultValue 1
   */
  readonly partitionsPerTenant?: number | undefined
}

/**
 * Keeps a tenant's records together: on one partition, that of Java's murmur2 of the tenant, or on
 * `partitionsPerTenant` partitions that follow on each other from there. Among these the key decides, so that the order
 * of a key is kept; records without a key fill one batch after the other among them.
 *
 * This is affinity, not isolation: a tenant always meets the same few partitions, and shares them with all tenants that
 * hash there. What a tenant must not share needs a topic of its own. As with keys, more partitions in the topic move
 * tenants elsewhere.
 *
 * A record without the header, or with an empty one, goes where it would go without a partitioner.
 *
 * @throws HeadwaterError `INVALID_OPTIONS`
 */
export function tenantPartitioner(options: TenantPartitionerOptions = {}): Partitioner {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw invalid('the options must be an object')
  const { header = 'tenant-id', partitionsPerTenant = 1, ...others } = options
  for (const name of Object.keys(others)) throw invalid(`${name} is not an option`)
  if (typeof header !== 'string' || header === '') throw invalid('header must be the name of a header')
  if (!Number.isInteger(partitionsPerTenant) || partitionsPerTenant < 1) {
    throw invalid(`partitionsPerTenant must be a whole number from 1, not ${String(partitionsPerTenant)}`)
  }
  return ({ key, headers, partitionCount }) => {
    const tenant = tenantOf(headers, header)
    if (tenant === undefined) return undefined
    const first = partitionForKey(tenant, partitionCount)
    const spread = Math.min(partitionsPerTenant, partitionCount)
    if (spread === 1) return first
    if (key !== null) return (first + partitionForKey(key, spread)) % partitionCount
    return Array.from({ length: spread }, (_, index) => (first + index) % partitionCount)
  }
}

function tenantOf(headers: readonly Header[], name: string): Uint8Array | undefined {
  const value = headers.findLast((header) => header[0] === name)?.[1] ?? ''
  if (value.length === 0) return undefined
  return typeof value === 'string' ? Buffer.from(value) : value
}

function invalid(problem: string): HeadwaterError<'INVALID_OPTIONS'> {
  return new HeadwaterError('INVALID_OPTIONS', `the tenant partitioner cannot be made: ${problem}`)
}
