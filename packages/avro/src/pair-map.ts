/** Values by a pair of objects, each by its identity. */
export class PairMap<Value> {
  readonly #rows = new Map<object, Map<object, Value>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(reader: object, writer: object): Value | undefined {
    return this.#rows.get(reader)?.get(writer)
  }

  set(reader: object, writer: object, value: Value): void {
    let row = this.#rows.get(reader)
    if (row === undefined) this.#rows.set(reader, (row = new Map()))
    if (!row.has(writer)) this.#size++
    row.set(writer, value)
  }

  delete(reader: object, writer: object): void {
    if (this.#rows.get(reader)?.delete(writer) === true) this.#size--
  }
}
