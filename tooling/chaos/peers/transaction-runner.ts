import { closeWithin } from './close-within.ts'

/** A transaction as all three clients know it. */
export interface OpenTransaction<Record> {
  send(records: readonly Record[]): Promise<unknown>
  commit(): Promise<unknown>
  abort(): Promise<unknown>
}

/** What a {@link TransactionRunner} needs of a client. */
export interface TransactionalClient<Producer, Record> {
  /** Makes a connected producer; called again when one is stuck. */
  readonly create: () => Promise<Producer>
  readonly begin: (producer: Producer) => Promise<OpenTransaction<Record>>
  readonly disconnect: (producer: Producer) => Promise<unknown>
}

const closeLimitMs = 10_000
const stuckAfterFailures = 2

/**
 * Owns the producer of a contender and runs its transactions as the documents of all three clients show it: send,
 * commit, and abort on any error. A producer that could not abort, or whose transactions failed twice in a row, often
 * refuses every later one, so the next gets a new producer under the same transactional id, which fences the old one
 * and aborts what it left open: what whoever watches the process would do by a restart.
 */
export class TransactionRunner<Producer, Record> {
  readonly #client: TransactionalClient<Producer, Record>
  #producer: Producer
  #failuresInRow = 0

  private constructor(client: TransactionalClient<Producer, Record>, producer: Producer) {
    this.#client = client
    this.#producer = producer
  }

  static async open<Producer, Record>(
    client: TransactionalClient<Producer, Record>,
  ): Promise<TransactionRunner<Producer, Record>> {
    return new TransactionRunner(client, await client.create())
  }

  /** The producer of now, for sends outside transactions. */
  get producer(): Producer {
    return this.#producer
  }

  async run(records: readonly Record[]): Promise<void> {
    if (this.#failuresInRow >= stuckAfterFailures) await this.#replace()
    const transaction = await this.#begin()
    try {
      await transaction.send(records)
      await transaction.commit()
      this.#failuresInRow = 0
    } catch (error) {
      this.#failuresInRow += 1
      await transaction.abort().catch(() => {
        // What went wrong is in `error`; that the abort failed too only says what the next transaction must do.
        this.#failuresInRow = stuckAfterFailures
      })
      throw error
    }
  }

  /** Bounded: a client that cannot close in ten seconds is left to itself. */
  async close(): Promise<void> {
    await closeWithin(closeLimitMs, () => this.#client.disconnect(this.#producer))
  }

  async #begin(): Promise<OpenTransaction<Record>> {
    try {
      return await this.#client.begin(this.#producer)
    } catch (error) {
      this.#failuresInRow += 1
      throw error
    }
  }

  async #replace(): Promise<void> {
    await this.close()
    this.#producer = await this.#client.create()
    this.#failuresInRow = 0
  }
}
