import { failures } from './registry-failure.ts'
import type { RegistryHandler } from './registry-request.ts'
import { registryRoutes } from './registry-routes.ts'

interface Route {
  readonly method: string
  readonly segments: readonly string[]
  readonly handler: RegistryHandler
}

const routes: readonly Route[] = Object.entries(registryRoutes).map(([pattern, handler]) => {
  const [method = '', path = ''] = pattern.split(' ')
  return { method, segments: toSegments(path), handler }
})

/** The handler for a request, with the decoded path parameters. Throws 404 or 405 where there is none. */
export function matchRoute(
  method: string,
  path: string,
): { handler: RegistryHandler; params: Record<string, string> } {
  const segments = toSegments(path).map(decodeSegment)
  const samePath = routes.filter((route) => fits(route.segments, segments))
  if (samePath.length === 0) throw failures.notFound()
  const route = samePath.find((candidate) => candidate.method === method)
  if (route === undefined) throw failures.methodNotAllowed()
  const named = route.segments.flatMap((name, index) =>
    name.startsWith(':') ? [[name.slice(1), segments[index]!] as const] : [],
  )
  return { handler: route.handler, params: Object.fromEntries(named) }
}

/** The parts of a path; a slash at its end makes no difference. */
export function toSegments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((name, index) => name.startsWith(':') || name === segments[index])
  )
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A lone % is not an encoding; a subject of that name is then meant as written.
    return segment
  }
}
