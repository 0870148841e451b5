import { badRequest, ControlFailure } from './control-failure.ts'
import type { ControlHandler } from './control-handler.ts'
import { controlRoutes } from './control-routes.ts'

interface Route {
  readonly method: string
  readonly segments: readonly string[]
  readonly handler: ControlHandler
}

const routes: readonly Route[] = Object.entries(controlRoutes).map(([pattern, handler]) => {
  const [method = '', path = ''] = pattern.split(' ')
  return { method, segments: path.split('/'), handler }
})

/** A route that fits, with the decoded path parameters. */
interface FoundRoute {
  readonly handler: ControlHandler
  readonly params: Readonly<Record<string, string>>
}

/** Finds what serves a request. Throws 404 for a path that is not there, 405 for a method that it does not take. */
export function findControlRoute(method: string, path: string): FoundRoute {
  const segments = path.split('/').map(decode)
  const here = routes.filter((route) => fits(route.segments, segments))
  if (here.length === 0) {
    throw new ControlFailure(404, 'UNKNOWN_ROUTE', `there is no ${path}; GET / lists what there is`)
  }
  const route = here.find((each) => each.method === method)
  if (route === undefined) {
    const methods = here.map((each) => each.method).join(', ')
    throw new ControlFailure(405, 'METHOD_NOT_ALLOWED', `${path} does not take ${method}, but ${methods}`)
  }
  const params = route.segments.flatMap((name, index) =>
    name.startsWith(':') ? [[name.slice(1), segments[index]!] as const] : [],
  )
  return { handler: route.handler, params: Object.fromEntries(params) }
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((name, index) => (name.startsWith(':') ? segments[index] !== '' : name === segments[index]))
  )
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    throw badRequest(`${segment} in the path is not percent-encoded: ${(error as URIError).message}`)
  }
}
