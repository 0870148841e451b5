import type { ControlEndpoint } from '@headwater/embedded'

/** What the control endpoint answered. */
export interface Answer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- each test knows the answer that it asks for
  readonly body: any
}

/** Asks a control endpoint, with a JSON body if there is one. */
export async function askControl(
  control: ControlEndpoint,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const sent = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(`${control.url}${path}`, { method, ...(body === undefined ? {} : sent) })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
