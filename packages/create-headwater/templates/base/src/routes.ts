import type { RequestListener } from 'node:http'
import type { Config } from '@headwater/config'
import type { Producer } from '@headwater/producer'
import type { Codec } from '@headwater/schemas'
import type { OrderPublisher } from './open-publisher.ts'

/** What the service takes in. */
export interface Routes {
  /** Who answers, by path. */
  readonly routes: ReadonlyMap<string, RequestListener>
  /** Ends what the routes hold beside the producer; called after the last answer. */
  close(): Promise<void>
}

/** What routes are made of. */
export interface RouteParts {
  readonly config: Config
  readonly producer: Producer
  readonly codec: Codec
  readonly publisher: OrderPublisher
}
