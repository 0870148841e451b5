import avsc from 'avsc'

/** What avsc calls of a logical type; its typings keep it from others. */
interface Conversion extends avsc.Type {
  _fromValue(value: unknown): unknown
}

const readable = (reader: avsc.Type, writer: avsc.Type): boolean => {
  try {
    reader.createResolver(writer)
    return true
  } catch {
    // avsc's way to say no.
    return false
  }
}

/**
 * A logical type that is another JavaScript value than its underlying type. What was written without the annotation is
 * read all the same; what was written under another one is not, for its numbers mean something else.
 */
export abstract class ConvertedType extends avsc.types.LogicalType {
  protected override _resolve(writer: avsc.Type): ((value: unknown) => unknown) | undefined {
    if (writer.typeName === this.typeName) return this.isSame(writer) ? (value) => value : undefined
    if (writer.typeName.startsWith('logical:') || !readable(this.underlyingType, writer)) return undefined
    return (value) => (this as unknown as Conversion)._fromValue(value)
  }

  /** Whether values of a type of the same name mean the same. */
  protected isSame(_writer: avsc.Type): boolean {
    return true
  }
}
