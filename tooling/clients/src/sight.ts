import { runProgram, type Program } from './run-program.ts'

/** What a client saw of one fact: values, an error, or a request that the cluster openly does without. */
export interface Sight {
  readonly fact: string
  readonly observed?: unknown
  readonly error?: string
  readonly leftOut?: string
}

/** Runs a program that prints one fact a line, as JSON; what else it prints belongs to its clients. */
export async function collectSights(program: Program): Promise<readonly Sight[]> {
  const { code, stdout, stderr } = await runProgram(program)
  const lines = stdout.split('\n')
  const sights = lines
    .filter((line) => line.startsWith('{"fact"'))
    .map((line): Sight => JSON.parse(line) as Sight)
  if (code !== 0) {
    throw new Error(
      `${program.command} ended with ${code} after ${sights.length} facts. It said:\n${stderr.slice(-4000)}`,
    )
  }
  return sights
}
