import type { Contender } from '../src/contender.ts'
import { createKafkajsContender } from './create-kafkajs-contender.ts'

/**
 * kafkajs as the examples in its documents use it: each send is awaited before the next. An application has to build
 * that queue itself, but without it kafkajs changes the order of records even where nothing fails.
 */
export const contender: Contender = createKafkajsContender({
  name: 'kafkajs, one send at a time',
  sendsAtOnce: 'one',
})
