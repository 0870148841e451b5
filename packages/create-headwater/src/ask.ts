import { createInterface } from 'node:readline/promises'

/** Asks one question; an empty answer is the default. */
export type Ask = (question: string, fallback: string) => Promise<string>

/**
 * Runs `work` with a way to ask people at a terminal.
 *
 * @throws the reason of the abort when somebody presses Ctrl+C at a question
 */
export async function withQuestions<Result>(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const lines = createInterface({ input, output })
  const stop = new AbortController()
  // At the end of the input nobody is left to answer, and a question would wait for good.
  lines.once('close', () => stop.abort())
  try {
    return await work(async (question, fallback) => {
      const answer = await lines.question(`${question} (${fallback}): `, { signal: stop.signal })
      return answer.trim() === '' ? fallback : answer.trim()
    })
  } finally {
    lines.close()
  }
}
