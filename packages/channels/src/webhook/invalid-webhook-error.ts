import { ChannelError } from '../channel-error.ts'

/** A request that is none of the channel's webhooks, and the place where that shows. Its code is `WEBHOOK_INVALID`. */
export class InvalidWebhookError extends ChannelError {
  /** JSON path such as `$.entry[0].changes`; `$` is the body as a whole. */
  readonly path: string

  constructor(path: string, reason: string, options: { readonly cause?: unknown } = {}) {
    super('WEBHOOK_INVALID', `${path}: ${reason}`, options)
    this.path = path
  }
}
