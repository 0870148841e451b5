import { describe, it } from 'vitest'
import type { ClusterName } from './client-table.ts'
import { createConfluentClients } from './confluent-clients.ts'
import { createConsoleTools } from './console-tools.ts'
import { describeFacts, type Cluster } from './describe-facts.ts'
import { findJavaClients, findPythonClients } from './find-clients.ts'
import { createJavaClients } from './java-clients.ts'

// Looked for, and installed, before the first test: what is missing is told here, and shows as skipped below.
const java = await findJavaClients()
const python = await findPythonClients()

/** Lets clients of other languages loose on a cluster; those that are not here are skipped. */
export function describeClients(getCluster: () => Cluster, clusterName: ClusterName): void {
  const clients = [
    ...(java ? [createJavaClients(java), createConsoleTools(java)] : []),
    ...(python ? [createConfluentClients(python)] : []),
  ]
  describeFacts(clients, getCluster, clusterName)
  // The reason was printed when they were looked for.
  if (!java) describe.skip('Java kafka-clients and console tools', () => it('holds', () => undefined))
  // Likewise.
  if (!python) describe.skip('Python confluent-kafka', () => it('holds', () => undefined))
}
