import type { AccessRule, Operation } from '@headwater/embedded'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
  type AclEntry,
  type AclFilter,
  type Admin,
} from 'kafkajs'
import { until } from './broker-bench.ts'

const operations: Readonly<Record<Operation, AclOperationTypes>> = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Delete: AclOperationTypes.DELETE,
  Alter: AclOperationTypes.ALTER,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  AlterConfigs: AclOperationTypes.ALTER_CONFIGS,
  IdempotentWrite: AclOperationTypes.IDEMPOTENT_WRITE,
}
const resources = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  transactionalId: AclResourceTypes.TRANSACTIONAL_ID,
  cluster: AclResourceTypes.CLUSTER,
} as const
/**
 * What may be done to a cluster beside its topics and groups. Not what brokers do, nor what would stand in for a right to
 * single topics.
 */
const clusterOperations = ['Alter', 'Describe', 'DescribeConfigs', 'AlterConfigs', 'IdempotentWrite'] as const
/** Kafka's name of the only resource of its type. */
const clusterName = 'kafka-cluster'

/** The access control lists of a real Kafka. They keep nobody from anything who comes as a super user. */
export class AccessLists {
  readonly #admin: Admin
  readonly #denied: AclEntry[] = []

  private constructor(admin: Admin) {
    this.#admin = admin
  }

  /** @param bootstrap - a listener whose users may change the lists */
  static async open(bootstrap: string): Promise<AccessLists> {
    const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    return new AccessLists(admin)
  }

  /** Lets a user do everything that clients do. */
  async allowAll(user: string): Promise<void> {
    const all = [AclOperationTypes.ALL]
    await this.#create([
      ...entries(user, resources.topic, '*', all),
      ...entries(user, resources.group, '*', all),
      ...entries(user, resources.transactionalId, '*', all),
      ...entries(
        user,
        resources.cluster,
        clusterName,
        clusterOperations.map((name) => operations[name]),
      ),
    ])
  }

  /** Lets a user do what the rules name: they say here what is allowed. */
  async allow(user: string, rules: readonly AccessRule[]): Promise<void> {
    await this.#create(rules.flatMap((rule) => entriesOf(user, rule)))
  }

  /** Keeps a user from something, whatever else he is allowed. */
  async deny(user: string, rules: readonly AccessRule[]): Promise<void> {
    const denied = rules
      .flatMap((rule) => entriesOf(user, rule))
      .map((entry) => ({ ...entry, permissionType: AclPermissionTypes.DENY }))
    this.#denied.push(...denied)
    await this.#create(denied)
  }

  /** Takes back all that was denied. */
  async liftAll(): Promise<void> {
    const filters: AclFilter[] = this.#denied.splice(0)
    if (filters.length === 0) return
    await this.#admin.deleteAcls({ filters })
    await this.#until(filters, (found) => found === 0)
  }

  async close(): Promise<void> {
    await this.#admin.disconnect()
  }

  async #create(acl: AclEntry[]): Promise<void> {
    await this.#admin.createAcls({ acl })
    await this.#until(acl, (found) => found > 0)
  }

  /** The answer comes from the controller; the broker that decides learns of it a little later. */
  async #until(filters: readonly AclFilter[], holds: (found: number) => boolean): Promise<void> {
    for (const filter of filters) {
      await until('a change of the access control lists', async () => {
        const { resources: found } = await this.#admin.describeAcls(filter)
        return holds(found.length) ? true : undefined
      })
    }
  }
}

function entriesOf(user: string, rule: AccessRule): AclEntry[] {
  const [type, resourceType] = Object.entries(resources).find(([name]) => name in rule)!
  const name = rule[type as keyof typeof resources]
  const named = (rule.operations ?? []).map((operation) => operations[operation])
  return entries(user, resourceType, name === true ? clusterName : name!, named)
}

/** Allows a user operations on one thing. */
function entries(
  user: string,
  resourceType: AclResourceTypes,
  resourceName: string,
  allowed: readonly AclOperationTypes[],
): AclEntry[] {
  return allowed.map((operation) => ({
    resourceType,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  }))
}
