import type { Contender } from '../src/contender.ts'
import { createPlatformaticContender } from './create-platformatic-contender.ts'

/** @platformatic/kafka as servers use it: many sends at once. */
export const contender: Contender = createPlatformaticContender({
  name: '@platformatic/kafka',
  sendsAtOnce: 'any',
})
