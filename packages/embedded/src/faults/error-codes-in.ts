/** Every error code of a response that is not 0, in order: for the journal, without knowing the response's shape. */
export function errorCodesIn(response: unknown): readonly number[] {
  const found: number[] = []
  collect(response, found)
  return found
}

/** `partitionErrorCode` of AddPartitionsToTxn is one, too. */
const isErrorCode = /errorCode$/iu

function collect(value: unknown, found: number[]): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  for (const [name, inner] of Object.entries(value)) {
    if (isErrorCode.test(name) && typeof inner === 'number') {
      if (inner !== 0) found.push(inner)
    } else collect(inner, found)
  }
}
