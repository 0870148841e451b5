import { canonicalText, type ParsedSchema } from '@headwater/avro'

/** The schema with everything that it refers to written out, which is how a history keeps it. */
export function selfContainedText(parsed: ParsedSchema): string {
  return canonicalText({ ...parsed, referencedRoots: new Set() })
}
