import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { findFreePorts } from './free-ports.ts'
import type { ResolvedRealKafkaOptions } from './real-kafka-options.ts'

/** What one Kafka process is and where it listens; it stays the same over restarts. */
export interface NodePlan {
  /** `node.id`: brokers count from 0, a controller of its own comes after them. */
  readonly id: number
  readonly isBroker: boolean
  readonly isController: boolean
  /** The plain listener; of a process that is only a controller: the controller's listener. */
  readonly port: number
  readonly saslPort: number | undefined
  /** Where a proxy finds this broker, and the port that the broker names in its place. */
  readonly proxyTargetPort: number | undefined
  readonly proxiedPort: number | undefined
  /** `log.dirs`. */
  readonly logFolder: string
  /** What the process printed. */
  readonly outputFile: string
  readonly propertiesFile: string
}

/** What a listener with TLS shows, and what clients trust. */
export interface TlsPlan {
  /** The key and the certificate, in PKCS #12. */
  readonly keystoreFile: string
  /** Of the keystore. It lies beside it, so it guards nothing; Java wants one. */
  readonly password: string
  /** The certificate alone, in PEM. */
  readonly certificateFile: string
}

/** The processes of one cluster. */
export interface ClusterPlan {
  readonly folder: string
  readonly controllerId: number
  readonly controllerPort: number
  readonly nodes: readonly NodePlan[]
  /** `undefined` where no listener speaks TLS. */
  readonly tls: TlsPlan | undefined
}

/** Decides which processes there will be and gives each its ports and files. */
export async function planCluster(folder: string, options: ResolvedRealKafkaOptions): Promise<ClusterPlan> {
  const own = options.controller === 'own-process'
  const ports = [...(await findFreePorts(1 + options.nodes * 3))]
  const nextPort = (): number => ports.pop() as number
  const controllerId = own ? options.nodes : 0
  const controllerPort = nextPort()
  const nodes = Array.from({ length: options.nodes + (own ? 1 : 0) }, (_, id): NodePlan => {
    const isBroker = id < options.nodes
    return {
      id,
      isBroker,
      isController: id === controllerId,
      port: isBroker ? nextPort() : controllerPort,
      saslPort: isBroker && options.sasl ? nextPort() : undefined,
      proxyTargetPort: isBroker && options.proxiedPorts.length > 0 ? nextPort() : undefined,
      proxiedPort: isBroker ? options.proxiedPorts[id] : undefined,
      logFolder: options.logFolders[id] ?? join(folder, `node-${id}`),
      outputFile: join(folder, `node-${id}.log`),
      propertiesFile: join(folder, `node-${id}.properties`),
    }
  })
  const tls: TlsPlan | undefined = options.sasl?.tls
    ? {
        keystoreFile: join(folder, 'tls.p12'),
        password: randomBytes(12).toString('hex'),
        certificateFile: join(folder, 'tls.pem'),
      }
    : undefined
  return { folder, controllerId, controllerPort, nodes, tls }
}
