/** A name as Avro Java's `Schema.Name` holds it. */
export interface QualifiedName {
  readonly name: string
  readonly namespace: string | undefined
  readonly fullName: string
}

/**
 * A dotted name brings its own namespace; any other takes the given one. The empty namespace is the null namespace.
 */
export function qualifyName(written: string, namespace: string | undefined): QualifiedName {
  const lastDot = written.lastIndexOf('.')
  const name = written.slice(lastDot + 1)
  const space = lastDot === -1 ? namespace : written.slice(0, lastDot)
  const known = space === '' ? undefined : space
  return { name, namespace: known, fullName: known === undefined ? name : `${known}.${name}` }
}

/**
 * The name by which a type is looked up: as {@link qualifyName}, except that what has a dot is taken as it stands, so
 * that `.Order` finds nothing.
 */
export function referredName(written: string, namespace: string | undefined): QualifiedName {
  const name = qualifyName(written, namespace)
  return written.includes('.') ? { ...name, fullName: written } : name
}

/** Qualifies an alias as `Schema.getAliases()` does, which is the text that a writer's full name is compared with. */
export function qualifyAlias(alias: string, owner: QualifiedName): string {
  const qualified = qualifyName(alias, owner.namespace)
  return qualified.namespace === undefined && owner.namespace !== undefined
    ? `.${qualified.name}`
    : qualified.fullName
}

/** The names that the Avro specification allows; Unicode letters, which some parsers take, do not travel. */
export function isAvroName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
}
