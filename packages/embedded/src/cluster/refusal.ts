import { HeadwaterError } from '@headwater/base'
import { errorCode, type KafkaErrorName } from '@headwater/protocol'

/** Why one record of a batch was refused (Produce v8, KIP-467). */
export interface RecordRefusal {
  readonly index: number
  readonly message: string
}

/** What the cluster's state says no to: a Kafka error by name, which the handler writes into its response. */
export class Refusal extends HeadwaterError<KafkaErrorName> {
  /** The records that are to blame, where single ones are. */
  readonly records: readonly RecordRefusal[]

  constructor(code: KafkaErrorName, message: string, records: readonly RecordRefusal[] = []) {
    super(code, message)
    this.records = records
  }

  /** The number on the wire. */
  get errorCode(): number {
    return errorCode[this.code]
  }
}
