import type { ControlEndpoint, EmbeddedKafka } from '@headwater/embedded'
import type { Command } from 'commander'
import type { ProgramContext } from './program-context.ts'
import { untilSignal } from './until-signal.ts'
import { announceUp } from './up-announcement.ts'
import { addUpOptions, toStartOptions, type UpOptions } from './up-options.ts'

/** Adds `up`: an embedded Kafka and a schema registry in the foreground, on ports that stay the same. */
export function addUp(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('up')
    .description(
      'Run an embedded Kafka and a schema registry in the foreground. What is written is gone at the end.',
    )
  addUpOptions(command).action((options: UpOptions) => up(command, context, options))
}

async function up(command: Command, context: ProgramContext, options: UpOptions): Promise<void> {
  const startOptions = toStartOptions(command, options)
  // Listening for the signal begins before the start, so that Ctrl+C during it closes what has started, too.
  const stopped = (context.stopped ?? untilSignal)()
  // Only here: the other commands need not wait for it to load.
  const { startControl, startKafka } = await import('@headwater/embedded')
  let kafka: EmbeddedKafka | undefined
  let control: ControlEndpoint | undefined
  try {
    kafka = await onFreePort(command, () => startKafka(startOptions))
    const { bootstrapServers, registryUrl } = kafka
    if (options.controlPort !== undefined) {
      const { controlPort: port } = options
      control = await onFreePort(command, () => startControl(kafka!, { port }))
    }
    const { tlsCert } = options
    context.out(
      announceUp({ bootstrapServers, registryUrl, controlUrl: control?.url, options: startOptions, tlsCert }),
    )
    context.out('Ready. Ctrl+C ends it.\n')
    await stopped
  } finally {
    await control?.close()
    await kafka?.close()
  }
  context.out('Stopped.\n')
}

async function onFreePort<T>(command: Command, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw thrown
    const what = code === 'EADDRINUSE' ? 'is taken' : 'may not be used by this process'
    return command.error(
      `error: port ${(thrown as { port?: number }).port ?? ''} ${what}; choose others with --port, --registry-port and --control-port`,
    )
  }
}
