import { HeadwaterError } from '@headwater/base'
import type { EmbeddedKafka } from '@headwater/embedded'
import type { LiveAction, LiveCluster, LiveControls } from '@headwater/intake'

/** What the live page's buttons act on. */
export interface DemoControlsOptions {
  readonly kafka: EmbeddedKafka
  /** How many brokers it has. */
  readonly brokers: number
  /** Partitions of the intake's topics, by name. */
  readonly topics: Readonly<Record<string, number>>
  /** The topic whose acknowledgements are lost. */
  readonly topic: string
}

/** Orders that no request has met yet; while everything is frozen clicks would pile up without bound. */
const maxOrders = 100

/** The live page's buttons, and what they show of the embedded cluster. There are none before {@link DemoControls.open}. */
export class DemoControls implements LiveControls {
  readonly #kafka: EmbeddedKafka
  readonly #ids: readonly number[]
  readonly #partitions: readonly { readonly topic: string; readonly index: number }[]
  readonly #topic: string
  readonly #frozen = new Set<number>()
  #open = false
  #happened = 0

  constructor({ kafka, brokers, topics, topic }: DemoControlsOptions) {
    this.#kafka = kafka
    this.#ids = Array.from({ length: brokers }, (_, i) => i + 1)
    this.#partitions = Object.entries(topics).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, index) => ({ topic: name, index })),
    )
    this.#topic = topic
  }

  /** Shows the buttons: what they do would spoil a run that is still to be compared. */
  open(): void {
    this.#open = true
  }

  cluster(): LiveCluster {
    const partitions = this.#partitions.map(({ topic, index }) => this.#kafka.partition(topic, index))
    return {
      brokers: this.#ids.map((id) => ({ id, state: this.#stateOf(id) })),
      leaders: partitions.map(({ topic, index, leader, inSync }) => ({
        topic,
        partition: index,
        broker: leader,
        inSync,
      })),
      // Logs begin at 0, nothing else is written to them, and there are no transactions, whose markers take offsets.
      stored: partitions.reduce((sum, { endOffset }) => sum + Number(endOffset), 0),
      faults: this.#happened + this.#kafka.faults.fired,
    }
  }

  actions(): readonly LiveAction[] {
    if (!this.#open) return []
    return [
      { slot: 'acknowledgement', order: 'lose-acknowledgement', label: 'Lose an acknowledgement' },
      ...this.#ids.map((id) => {
        const does = this.#kafka.broker(id).running ? 'stop' : 'start'
        return {
          slot: `broker-${id}`,
          order: `${does}-broker-${id}`,
          label: `${does === 'stop' ? 'Stop' : 'Start'} broker ${id}`,
        }
      }),
      this.#frozen.size === 0
        ? { slot: 'freeze', order: 'freeze-all', label: 'Freeze all brokers' }
        : { slot: 'freeze', order: 'thaw-all', label: 'Thaw all brokers' },
    ]
  }

  async run(order: string): Promise<void> {
    const id = Number(/\d+$/.exec(order)?.[0])
    if (order === 'lose-acknowledgement') this.#loseAcknowledgement()
    else if (order === 'freeze-all') this.#freeze()
    else if (order === 'thaw-all') this.release()
    else if (order.startsWith('stop-')) {
      // A broker that stops forgets that it was frozen.
      this.#frozen.delete(id)
      await this.#kafka.broker(id).stop()
      this.#happened++
    } else await this.#kafka.broker(id).start()
  }

  /** Lets all brokers answer again, so that everything can close. */
  release(): void {
    for (const id of this.#frozen) this.#kafka.broker(id).thaw()
    this.#frozen.clear()
  }

  #loseAcknowledgement(): void {
    const { faults } = this.#kafka
    if (faults.orders.length >= maxOrders) {
      throw new HeadwaterError('TOO_MANY_ORDERS', `${maxOrders} orders wait for a request: thaw the brokers`)
    }
    faults.on('Produce', { topic: this.#topic }).loseResponse()
  }

  #freeze(): void {
    for (const id of this.#ids.filter((each) => this.#kafka.broker(each).running)) {
      this.#kafka.broker(id).freeze()
      this.#frozen.add(id)
    }
    this.#happened++
  }

  #stateOf(id: number): LiveCluster['brokers'][number]['state'] {
    if (!this.#kafka.broker(id).running) return 'stopped'
    return this.#frozen.has(id) ? 'frozen' : 'running'
  }
}
