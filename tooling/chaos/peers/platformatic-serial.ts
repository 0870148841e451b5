import type { Contender } from '../src/contender.ts'
import { createPlatformaticContender } from './create-platformatic-contender.ts'

/**
 * @platformatic/kafka as the examples in its documents use it: each send is awaited before the next. An application
 * has to build that queue itself.
 */
export const contender: Contender = createPlatformaticContender({
  name: '@platformatic/kafka, one send at a time',
  sendsAtOnce: 'one',
})
