import { describe, it } from 'vitest'
import type { ClusterName } from './client-table.ts'
import { createConfluentClients } from './confluent-clients.ts'
import { createConsoleTools } from './console-tools.ts'
import { describeFacts, type Cluster } from './describe-facts.ts'
import { findJavaClients, findKcat, findPythonClients } from './find-clients.ts'
import { createJavaClients } from './java-clients.ts'
import { kafkajsLooks } from './kafkajs-facts.ts'
import { kcatLooks } from './kcat-facts.ts'
import { createLookClient } from './look-client.ts'
import { platformaticLooks } from './platformatic-facts.ts'

// Looked for, and installed, before the first test: what is missing is told here, and shows as skipped below.
const java = await findJavaClients()
const python = await findPythonClients()
const hasKcat = await findKcat()

/** Lets unmodified clients loose on a cluster; those of other languages that are not here are skipped. */
export function describeClients(getCluster: () => Cluster, clusterName: ClusterName): void {
  const clients = [
    createLookClient('kafkajs', kafkajsLooks),
    createLookClient('@platformatic/kafka', platformaticLooks),
    ...(java ? [createJavaClients(java), createConsoleTools(java)] : []),
    ...(python ? [createConfluentClients(python)] : []),
    ...(hasKcat ? [createLookClient('kcat', kcatLooks)] : []),
  ]
  describeFacts(clients, getCluster, clusterName)
  // The reason was printed when they were looked for.
  if (!java) describe.skip('Java kafka-clients and console tools', () => it('holds', () => undefined))
  // Likewise.
  if (!python) describe.skip('Python confluent-kafka', () => it('holds', () => undefined))
  // Likewise.
  if (!hasKcat) describe.skip('kcat', () => it('holds', () => undefined))
}
