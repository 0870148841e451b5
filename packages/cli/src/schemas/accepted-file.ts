import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { checkShape, readPlacedValue } from './placed-value.ts'

/** A break that somebody decided to live with. */
export interface AcceptedBreak {
  readonly fingerprint: string
  readonly reason: string
  readonly author?: string | undefined
  /** Last day on which it counts, `YYYY-MM-DD`, in UTC. */
  readonly expires?: string | undefined
}

const shape = z.array(
  z.strictObject({
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{12}$/, 'a fingerprint is 12 hexadecimal digits, as check prints it, in quotes'),
    reason: z.string().trim().min(1, 'say why the break is accepted'),
    author: z.string().optional(),
    expires: z.iso.date('a day is written YYYY-MM-DD').optional(),
  }),
)

/**
 * The accepted breaks by fingerprint; none when the file is not there.
 *
 * @throws SchemasProblemError `accepted-invalid` with one problem for each mistake.
 */
export function loadAcceptedFile(root: string, file: string): ReadonlyMap<string, AcceptedBreak> {
  if (!existsSync(resolve(root, file))) return new Map()
  const placed = readPlacedValue(root, file, 'accepted-invalid')
  const entries = checkShape(shape, { ...placed, value: placed.value ?? [] }, 'accepted-invalid')
  return new Map(entries.map((entry) => [entry.fingerprint, entry]))
}

/** Whether the last day of an acceptance is over. */
export function isExpired({ expires }: AcceptedBreak, today: string): boolean {
  return expires !== undefined && expires < today
}
