import { RegistryError } from './registry-error.ts'

/** Some hundred times the largest schema that anybody has: an answer without end must not take the process's memory. */
const maxAnswerBytes = 64 * 1024 * 1024

/** @throws RegistryError `REGISTRY_BAD_ANSWER` for a body of more than 64 MiB, of which the rest is left unread. */
export async function readBody(where: string, { body }: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.byteLength
    if (bytes > maxAnswerBytes) {
      const message = `The answer to ${where} is longer than ${maxAnswerBytes} bytes: is this address a schema registry?`
      throw new RegistryError('REGISTRY_BAD_ANSWER', message)
    }
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}
