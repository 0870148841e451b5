import type { Config } from '@headwater/config'
import { createJsonCodec, type Codec } from '@headwater/schemas'

/** JSON on the wire, without a registry. The shape of the events is still `schemas/order-placed.avsc`. */
export function openCodec(_config: Config): Promise<Codec> {
  return Promise.resolve(createJsonCodec())
}
