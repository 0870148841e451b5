import type { Buffer } from 'node:buffer'

/** One field or file of a form, as bytes: which charset they are in is for the reader to know. */
export interface FormPart {
  readonly name: string
  /** `null` for a field that is no file. */
  readonly filename: string | null
  /** Lower case, without parameters. */
  readonly contentType: string
  readonly bytes: Buffer
}

/** How much of a form is taken. */
export interface FormLimits {
  /** Fields and files together. */
  readonly maxParts: number
  /** Bytes of one field that is no file. */
  readonly maxFieldBytes: number
  /** Bytes of one file. */
  readonly maxFileBytes: number
}

/** A form that can be asked by name. Repeated names: the first wins, so that nobody adds a second one behind a check. */
export interface Form {
  readonly parts: readonly FormPart[]
  /** The first field of a name, or nothing. */
  bytes(name: string): Buffer | undefined
  /** The same as text; invalid UTF-8 becomes U+FFFD. */
  text(name: string): string | undefined
}

/** Makes the parts of a form askable. */
export function toForm(parts: readonly FormPart[]): Form {
  const first = new Map<string, Buffer>()
  for (const { name, filename, bytes } of parts) {
    if (filename === null && !first.has(name)) first.set(name, bytes)
  }
  return {
    parts,
    bytes: (name) => first.get(name),
    text: (name) => first.get(name)?.toString('utf8'),
  }
}
