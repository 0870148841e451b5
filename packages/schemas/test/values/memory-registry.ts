import { createRegistry, type Registry } from '../../src/index.ts'

/** A registry that gives each new schema the next id; compatibility is not its business. */
export function memoryRegistry(): Registry {
  const texts: string[] = []
  const fetch = (url: unknown, init?: RequestInit): Promise<Response> => {
    if (init?.method !== 'POST') {
      const id = Number(String(url).split('/').at(-1))
      return Promise.resolve(new Response(JSON.stringify({ schema: texts[id - 1] })))
    }
    const { schema } = JSON.parse(init.body as string) as { schema: string }
    if (!texts.includes(schema)) texts.push(schema)
    return Promise.resolve(new Response(JSON.stringify({ id: texts.indexOf(schema) + 1 })))
  }
  return createRegistry({ url: 'http://registry', fetch: fetch as typeof globalThis.fetch })
}
