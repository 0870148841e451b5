import type { BrokerAddress } from './link.ts'

/** The address as people write it: `host:port`, with an IPv6 host in brackets. */
export function formatBrokerAddress({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Reads `host:port` or `[ipv6]:port`; `undefined` for anything else. */
export function parseBrokerAddress(text: string): BrokerAddress | undefined {
  const groups = /^\s*(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:[\]\s]+)):(?<port>\d{1,5})\s*$/.exec(text)?.groups
  const host = groups?.['ipv6'] ?? groups?.['host']
  const port = Number(groups?.['port'])
  return host !== undefined && isPort(port) ? { host, port } : undefined
}

/** Whether a number can be a port to connect to. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 65535
}
