import { toSegments } from './match-route.ts'

/**
 * Requests by method and path, as `'POST /subjects/*\/versions'`: a star stands for one path segment, or for any method.
 * The query plays no part.
 */
export type RequestPattern = string

/** Turns a pattern into a test of requests. */
export function toRequestMatcher(pattern: RequestPattern): (method: string, path: string) => boolean {
  const [method, path, ...rest] = pattern.trim().split(/\s+/)
  if (method === undefined || !path?.startsWith('/') || rest.length > 0) {
    throw new TypeError(
      `"${pattern}" is no request pattern: write a method and a path, as in "GET /schemas/ids/*"`,
    )
  }
  const wanted = toSegments(path)
  return (actualMethod, actualPath) => {
    const segments = toSegments(actualPath)
    return (
      (method === '*' || method.toUpperCase() === actualMethod) &&
      wanted.length === segments.length &&
      wanted.every((segment, index) => segment === '*' || segment === segments[index])
    )
  }
}
