import { HeadwaterError } from '@headwater/base'

/** A request that Kafka answers by closing the connection. */
export class RequestFailed extends HeadwaterError<
  'UNSUPPORTED_REQUEST' | 'MALFORMED_REQUEST' | 'ACKS_0_FAILED' | 'NOT_AUTHENTICATED'
> {}
