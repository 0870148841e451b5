import { badRequest } from './control-failure.ts'
import { done, ok, type ControlRoutes } from './control-handler.ts'
import { fields, optional, text, whole, word, type Shape } from './shape.ts'
import { toShownRecord } from './shown-record.ts'

/** What happened, and what stands in the logs. */
export const lookRoutes: ControlRoutes = {
  'GET /journal': ({ kafka, query }) => {
    const { api, limit = 1000 } = inQuery(query, { api: optional(text), limit: optional(whole(0, 10_000)) })
    const entries = kafka.journal.entries.filter((entry) => api === undefined || entry.api === api)
    return ok({ entries: limit === 0 ? [] : entries.slice(-limit) })
  },
  'DELETE /journal': ({ kafka }) => {
    kafka.journal.clear()
    return done
  },
  'GET /records/:topic': async ({ kafka, params, query }) => {
    const wanted = inQuery(query, {
      partition: optional(whole(0, 2 ** 31 - 1)),
      isolation: optional(word(['read_committed', 'read_uncommitted'])),
      skip: optional(whole(0, Number.MAX_SAFE_INTEGER)),
      limit: optional(whole(0, 10_000)),
    })
    const { skip = 0, limit = 1000, ...options } = wanted
    const topic = params['topic']!
    // Asked for by name, so that a partition that is not there is an error and not an empty list.
    if (options.partition !== undefined) kafka.partition(topic, options.partition)
    const records = await kafka.records(topic, options)
    return ok({ total: records.length, records: records.slice(skip, skip + limit).map(toShownRecord) })
  },
}

/** The query as the fields of a body would be; numbers are written as such. */
function inQuery<Fields extends Record<string, unknown>>(
  query: URLSearchParams,
  shapes: { readonly [Name in keyof Fields]: Shape<Fields[Name]> },
): Fields {
  const given: Record<string, unknown> = {}
  for (const [name, value] of query) {
    if (Object.hasOwn(given, name)) throw badRequest(`${name} is given twice in the query`)
    given[name] = /^\d{1,15}$/.test(value) ? Number(value) : value
  }
  return fields<Fields>(shapes)(given, '')
}
