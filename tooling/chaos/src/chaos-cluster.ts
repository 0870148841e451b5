import { startRealKafka, type RealKafka } from '@headwater/kafka'
import { ChaosProxy, type ProxyTrouble } from './chaos-proxy.ts'
import { ClusterAdmin } from './cluster-admin.ts'
import { createSeededRandom } from './seeded-random.ts'
import { smallDiskBroker, type SmallDisk } from './small-disk.ts'

const brokerIds = [0, 1, 2] as const

/**
 * Three real brokers, a controller in a process of its own that nobody kills, and a proxy in front of each broker,
 * through which all clients under test come: the brokers name the proxies' addresses as their own.
 */
export class ChaosCluster implements AsyncDisposable {
  /** Where clients under test begin. */
  readonly bootstrapServers: string
  /** Past the proxies: for who looks and who reads back. */
  readonly directServers: string
  readonly admin: ClusterAdmin
  readonly brokerIds: readonly number[] = brokerIds
  /** Where one broker keeps its log, if it was given. It ends with the cluster. */
  readonly disk: SmallDisk | undefined
  readonly #kafka: RealKafka
  readonly #proxies: readonly ChaosProxy[]

  private constructor(kafka: RealKafka, proxies: readonly ChaosProxy[], disk: SmallDisk | undefined) {
    this.disk = disk
    this.#kafka = kafka
    this.#proxies = proxies
    this.bootstrapServers = proxies.map(({ port }) => `127.0.0.1:${port}`).join(',')
    this.directServers = kafka.bootstrapServers
    this.admin = new ClusterAdmin(kafka.bootstrapServers.split(','))
  }

  static async start(seed: number, disk?: SmallDisk): Promise<ChaosCluster> {
    const proxies = await Promise.all(
      brokerIds.map((id) => ChaosProxy.listen(createSeededRandom(seed, `proxy ${id}`))),
    )
    try {
      const kafka = await startRealKafka({
        nodes: 3,
        controller: 'own-process',
        proxiedPorts: proxies.map(({ port }) => port),
        ...(disk && { logFolders: { [smallDiskBroker]: disk.logFolder } }),
        jvmArguments: ['-Xmx512m'],
        config: {
          // A topic that is deleted stays deleted until the scenario creates it again.
          'auto.create.topics.enable': 'false',
          'unclean.leader.election.enable': 'false',
          // For the rolling restart; whom SIGKILL hits has no say in it.
          'controlled.shutdown.enable': 'true',
        },
      })
      for (const { id, proxyTargetPort } of kafka.brokers) proxies[id]!.forwardTo(proxyTargetPort!)
      return new ChaosCluster(kafka, proxies, disk)
    } catch (error) {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      throw error
    }
  }

  /** SIGKILL, as when the power goes. */
  kill(id: number): Promise<void> {
    return this.#kafka.kill(id)
  }

  /** SIGTERM: the broker hands over what it leads, then ends. */
  stop(id: number): Promise<void> {
    return this.#kafka.stop(id)
  }

  start(id: number): Promise<void> {
    return this.#kafka.start(id)
  }

  async freezeAll(): Promise<void> {
    await Promise.all(brokerIds.map((id) => this.#kafka.freeze(id)))
  }

  async thawAll(): Promise<void> {
    await Promise.all(brokerIds.map((id) => this.#kafka.thaw(id)))
  }

  /** Whether the broker's process runs. */
  isUp(id: number): boolean {
    return this.#kafka.brokers[id]?.pid !== undefined
  }

  setTrouble(trouble: ProxyTrouble): void {
    for (const proxy of this.#proxies) proxy.setTrouble(trouble)
  }

  /** How many connections the proxies have cut so far. */
  get cuts(): number {
    return this.#proxies.reduce((sum, { cuts }) => sum + cuts, 0)
  }

  /** Ends all trouble: every broker runs, nothing is frozen, the proxies only forward. */
  async heal(): Promise<void> {
    this.setTrouble({})
    await this.thawAll()
    await this.disk?.free()
    await Promise.all(brokerIds.map((id) => this.#kafka.start(id)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#kafka.close(), ...this.#proxies.map((proxy) => proxy.close())])
    await this.disk?.[Symbol.asyncDispose]()
  }
}
