import type { Contender } from '../src/contender.ts'
import { createKafkajsContender } from './create-kafkajs-contender.ts'

/** kafkajs as servers use it: many sends at once. */
export const contender: Contender = createKafkajsContender({ name: 'kafkajs', sendsAtOnce: 'any' })
