import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'

/** Takes a port. */
export async function listen(port: number): Promise<Server> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The first of `count` ports in a row that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = await listen(0)
    const { port } = first.address() as AddressInfo
    const wanted = Array.from({ length: count - 1 }, (_, index) => port + 1 + index)
    const others = await Promise.allSettled(wanted.map(listen))
    for (const other of others) if (other.status === 'fulfilled') other.value.close()
    first.close()
    if (port + count < 65536 && others.every(({ status }) => status === 'fulfilled')) return port
  }
}

/** Whether somebody listens on a port. */
export async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // Refused: that is the answer.
    return false
  } finally {
    socket.destroy()
  }
}
