import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type { Logger } from '@headwater/base'
import type { Life } from '../cluster/life.ts'

/** A server that hands over connections when they can be read: with TLS, after its handshake. */
export function createListener(
  tls: TlsOptions | undefined,
  { life, logger }: { readonly life: Life; readonly logger: Logger },
  accept: (socket: Socket) => void,
): Server {
  if (tls === undefined) return createServer(accept)
  const server = createTlsServer(tls, accept)
  // Connections that are still in their handshake would keep the server from closing.
  server.on('connection', (socket: Socket) => {
    const forget = life.onEnd(() => socket.destroy())
    socket.on('close', forget)
  })
  server.on('tlsClientError', (error) => logger.warn({ err: error }, 'a TLS handshake failed'))
  return server
}
