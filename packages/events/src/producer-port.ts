import type { Producer } from '@headwater/producer'

/** The part of a producer that publishing needs; a test can put an array behind it. */
export type ProducerPort = Pick<Producer, 'send' | 'trySend'>
