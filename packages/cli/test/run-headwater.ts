import { runProgram, type ProgramContext } from '@headwater/cli'

/** What a run of the command left behind. */
export interface Run {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs the command in this process, with an environment of its own. */
export async function runHeadwater(args: readonly string[], env: ProgramContext['env'] = {}): Promise<Run> {
  let out = ''
  let err = ''
  const exitCode = await runProgram(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env,
  })
  return { exitCode, out, err }
}

/** The smallest environment that a deployed service starts with. */
export const deployed: ProgramContext['env'] = {
  SERVICE_NAME: 'orders',
  KAFKA_BOOTSTRAP_SERVERS: 'broker.example.com:9093',
}
