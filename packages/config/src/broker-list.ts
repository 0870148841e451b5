import * as z from 'zod/mini'
import type { ValueKind } from './variable.ts'

const ADDRESS = /^(?<host>\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9.])?):(?<port>\d{1,5})$/

/** Why one entry is not an address, said so that the writer of the list sees it at once. */
function faultOf(entry: string): string | undefined {
  if (entry.includes('://')) return 'starts with a scheme; Kafka addresses have none'
  if (/[/@]/.test(entry)) return 'is not host:port'
  if (entry.includes(';')) return 'has a semicolon in it; write commas between addresses'
  if (!entry.startsWith('[') && (entry.match(/:/g)?.length ?? 0) > 1) {
    return 'looks like an IPv6 address without brackets; write [address]:port'
  }
  if (!/:\d+$/.test(entry)) return 'has no port'
  const found = ADDRESS.exec(entry)?.groups
  const host = found?.['host']
  if (host === undefined || (host.startsWith('[') && !URL.canParse(`http://${host}/`)))
    return 'is not host:port'
  const port = Number(found?.['port'])
  return port < 1 || port > 65535 ? 'has a port outside 1 to 65535' : undefined
}

/**
 * `host:port` addresses separated by commas or white space, newlines included: the AWS console shows MSK's addresses
 * on several lines and people paste them as they are. Host names differ in case only by accident, so the same address
 * twice counts once. An entry is named by its place, not by its text.
 */
export const brokerList: ValueKind<readonly string[]> = {
  type: 'host:port addresses, separated by commas or line breaks',
  wanted: 'host:port addresses separated by commas, such as broker-1.example.com:9092,[2001:db8::1]:9092',
  schema: z.pipe(
    z.string(),
    z.transform((value: string, context) => {
      const entries = value.split(/[\s,]+/).filter((entry) => entry !== '')
      if (entries.length === 0)
        context.issues.push({ code: 'custom', message: 'lists no address', input: value })
      for (const [index, entry] of entries.entries()) {
        const fault = faultOf(entry)
        if (fault === undefined) continue
        const message = `has an entry (number ${index + 1} of ${entries.length}) that ${fault}`
        context.issues.push({ code: 'custom', message, input: value })
      }
      return [...new Set(entries.map((entry) => entry.toLowerCase()))]
    }),
  ),
}
