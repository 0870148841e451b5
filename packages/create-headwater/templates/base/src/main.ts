import { ConfigError, loadConfig } from '@headwater/config'
import { startService } from './start-service.ts'

/** The first signal; a second one ends the process as if nobody listened. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}

try {
  const config = loadConfig(process.env)
  for (const { variable, problem, fix } of config.warnings) console.warn(`${variable} ${problem}. ${fix}`)
  const service = await startService(config)
  console.log(`${config.service.name} listens on ${service.url}`)
  const signal = await untilSignal()
  console.log(`${signal}: no new requests, and what was taken is delivered first`)
  const { undelivered } = await service.close()
  if (undelivered.length > 0) {
    console.error(`${undelivered.length} records were not delivered`)
    process.exitCode = 1
  }
} catch (thrown) {
  // A ConfigError lists every wrong variable, and no value.
  console.error(thrown instanceof ConfigError ? thrown.message : thrown)
  process.exitCode = thrown instanceof ConfigError ? 2 : 1
}
