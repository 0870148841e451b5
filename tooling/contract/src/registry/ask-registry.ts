import { randomUUID } from 'node:crypto'
import type { FactRequest, RegistryFact } from './registry-fact.ts'

/** An answer, its body read as JSON where it is that. */
export interface RegistryAnswer {
  readonly status: number
  readonly body: unknown
}

/** Sends what a fact says; gives the answer to its last request and how the fact is to be understood in this run. */
export async function askRegistry(
  url: string,
  fact: RegistryFact,
): Promise<{ readonly answer: RegistryAnswer; readonly expected: unknown }> {
  const word = `f${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const ids: number[] = []
  const fill = (value: unknown): unknown => fillIn(value, word, ids)
  try {
    for (const request of fact.before ?? []) {
      const { status, body } = await send(url, fill(request) as FactRequest)
      if (status >= 300)
        throw new Error(`${request[0]} ${request[1]} failed with ${status}: ${JSON.stringify(body)}`)
      const { id } = (body ?? {}) as { readonly id?: number }
      if (id !== undefined) ids.push(id)
    }
    return { answer: await send(url, fill(fact.ask) as FactRequest), expected: fill(fact.body) }
  } finally {
    for (const request of fact.after ?? []) await send(url, fill(request) as FactRequest)
  }
}

/** Puts the word of this run, and ids that it got, in the place of their signs. */
function fillIn(value: unknown, word: string, ids: readonly number[]): unknown {
  if (typeof value === 'string') {
    const whole = /^\{(\d+)\}$/.exec(value)
    if (whole !== null) return ids[Number(whole[1]) - 1]
    return value
      .replaceAll('~', word)
      .replaceAll(/\{(\d+)\}/g, (_, at: string) => String(ids[Number(at) - 1]))
  }
  if (Array.isArray(value)) return value.map((item) => fillIn(item, word, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fillIn(item, word, ids)]))
}

async function send(url: string, [method, path, body]: FactRequest): Promise<RegistryAnswer> {
  const response = await fetch(url + path, {
    method,
    // A connection for each: Apicurio now and then never answers what follows one of its bare 404s on the same one.
    headers: { 'content-type': 'application/json', connection: 'close' },
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  try {
    return { status: response.status, body: JSON.parse(text) as unknown }
  } catch {
    // Pages and empty bodies are answers, too.
    return { status: response.status, body: text }
  }
}
