/** An answer of the control endpoint that is not a success. */
export class ControlFailure extends Error {
  readonly status: number
  /** In capitals, for programs. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** What a caller wrote that cannot be meant. */
export function badRequest(message: string): ControlFailure {
  return new ControlFailure(400, 'INVALID_REQUEST', message)
}
