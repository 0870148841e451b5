/** A name as one segment of a path. */
export function segment(name: string): string {
  return encodeURIComponent(name)
}
