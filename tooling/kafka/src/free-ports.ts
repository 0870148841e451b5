import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'

/**
 * Ports of 127.0.0.1 that nobody listens on. They are bound all at once, so that they differ, and let go at the end:
 * somebody else may still be quicker, which the caller sees as a start that fails.
 */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  try {
    return await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        return (server.address() as AddressInfo).port
      }),
    )
  } finally {
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
  }
}
