import { readFileSync } from 'node:fs'

/** One entry of the fixtures' own table. */
interface Fixture {
  readonly file: string
  readonly subject: string | null
  readonly from: string | null
  readonly fromName?: string
  readonly to?: readonly string[]
  readonly textHas?: string
  readonly htmlHas?: string
  readonly attachments?: readonly (string | null)[]
  readonly auto?: string | null
  readonly unreadable?: string
}

const folder = new URL('../../../apps/demo/fixtures/', import.meta.url)

/** What must come out of each fixture, as its writer says. */
export const fixtures = JSON.parse(readFileSync(new URL('emails.json', folder), 'utf8')) as readonly Fixture[]

/** The bytes of a fixture. */
export function readFixture(file: string): Uint8Array {
  return readFileSync(new URL(`emails/${file}`, folder))
}
