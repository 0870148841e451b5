import { readClientResults, type ClientResult } from './client-table.ts'
import { confluentFacts } from './confluent-facts.ts'
import { consoleFacts } from './console-tools.ts'
import { readContractFacts } from './contract-report.ts'
import { javaFacts } from './java-facts.ts'
import { kafkajsLooks } from './kafkajs-facts.ts'
import { kcatLooks } from './kcat-facts.ts'
import { platformaticLooks } from './platformatic-facts.ts'

/** How many facts a suite has, and how many of them held in the last run. */
export interface FactCounts {
  readonly facts: number
  readonly embedded: number
  readonly real: number
}

/** One row of the README's table. */
export interface FactSuite {
  readonly name: string
  /** How many facts its code has; or the file of tooling/contract's tests that tells, without the tier. */
  readonly declared: number | { readonly contractTest: string }
  /** @throws Error when a report of the last run is missing */
  readonly count: () => FactCounts
}

/** All suites that are asserted on the embedded and on the real Kafka, in the order of the table. */
export const factSuites: readonly FactSuite[] = [
  contractSuite('Requests and their answers', 'broker-facts'),
  contractSuite('The same over SASL and TLS, 3 brokers', 'broker-secure'),
  contractSuite('Leaders that move and stop, 3 brokers', 'broker-leaders'),
  contractSuite('Transactions', 'broker-transactions'),
  contractSuite('SASL, and idle connections', 'broker-sasl'),
  contractSuite('Access rules', 'broker-access'),
  contractSuite("Delivery by Headwater's producer", 'delivery'),
  contractSuite('Schema registry', 'registry'),
  clientSuite('kafkajs 2.2.4', 'kafkajs', kafkajsLooks),
  clientSuite('@platformatic/kafka 2.12', '@platformatic/kafka', platformaticLooks),
  clientSuite('Java kafka-clients 4.3.1', 'Java kafka-clients', javaFacts),
  clientSuite('Console tools of Kafka 4.3.1', "Kafka's console tools", consoleFacts),
  clientSuite('confluent-kafka for Python 2.16.1', 'Python confluent-kafka (librdkafka)', confluentFacts),
  clientSuite('kcat 1.7.1', 'kcat', kcatLooks),
]

/**
 * A fact holds on a tier when it held in each run there: on one broker and on three, in each version. A known
 * difference has another title, so it is none that holds.
 */
function contractSuite(name: string, contractTest: string): FactSuite {
  const count = (): FactCounts => {
    const embedded = readContractFacts('test.json', `${contractTest}.embedded.test.ts`)
    const real = readContractFacts('test-kafka.json', `${contractTest}.kafka.test.ts`)
    const facts = [...embedded.keys()]
    const heldIn = (tier: ReadonlyMap<string, boolean>): number =>
      facts.filter((fact) => tier.get(fact) === true).length
    return { facts: facts.length, embedded: heldIn(embedded), real: heldIn(real) }
  }
  return { name, declared: { contractTest }, count }
}

function clientSuite(name: string, client: string, table: Readonly<Record<string, unknown>>): FactSuite {
  const declared = Object.keys(table).length
  const heldOn = (results: readonly ClientResult[], cluster: string): number => {
    const result = results.find((each) => each.client === client && each.cluster === cluster)
    if (result?.facts === declared) return result.held
    throw new Error(`.reports has no run of ${client} with all ${declared} facts on ${cluster}: run it first`)
  }
  const count = (): FactCounts => {
    const results = readClientResults()
    const embedded = Math.min(heldOn(results, 'embedded'), heldOn(results, 'embedded, 3 brokers'))
    return { facts: declared, embedded, real: heldOn(results, 'real') }
  }
  return { name, declared, count }
}
