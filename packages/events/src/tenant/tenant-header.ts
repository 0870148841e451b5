import type { Header } from '@headwater/producer'
import { EventError } from '../event-error.ts'
import { textHeader } from '../text-headers.ts'

/** The tenants that a publisher writes for. */
export interface TenantRule {
  /** The only tenant, if there is only one. */
  readonly tenantId?: string | undefined
  /** Whether an event without a tenant is refused. */
  readonly requiresTenant?: boolean | undefined
}

const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** Whether a text can be a tenant id. */
export function isTenantId(id: string): boolean {
  return pattern.test(id)
}

/**
 * A wrong tenant is an error and never ignored: the event would be seen by, or hidden from, the wrong people.
 *
 * @throws EventError `INVALID_TENANT_ID`
 */
export function assertTenantId(id: string): void {
  if (typeof id === 'string' && isTenantId(id)) return
  throw new EventError(
    'INVALID_TENANT_ID',
    'tenant id is not 1 to 128 letters, digits, dots, underscores and hyphens, starting with a letter or digit',
  )
}

/**
 * The header of an event's tenant: the call's, its headers', or that of the publisher.
 *
 * @throws EventError `INVALID_TENANT_ID`, `TENANT_MISMATCH`, `TENANT_REQUIRED`
 */
export function tenantHeader(
  asked: string | undefined,
  given: readonly Header[],
  { tenantId: bound, requiresTenant = false }: TenantRule,
): readonly Header[] {
  const carried = textHeader(given, 'tenant-id')
  // Bound to a tenant, also a header that the option would win over is somebody else's event.
  const others = [asked, carried].filter((each) => each !== undefined && each !== bound)
  if (bound !== undefined && others.length > 0) {
    throw new EventError('TENANT_MISMATCH', 'the event is of another tenant than the publisher is bound to')
  }
  const id = asked ?? carried ?? bound
  if (id !== undefined) {
    assertTenantId(id)
    return [['tenant-id', id]]
  }
  if (!requiresTenant) return []
  throw new EventError('TENANT_REQUIRED', 'the event has no tenant: use forTenant, or give tenantId')
}
