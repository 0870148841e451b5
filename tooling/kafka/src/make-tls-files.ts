import { basename, dirname, join } from 'node:path'
import { createKafkaError } from './kafka-error.ts'
import type { TlsPlan } from './node-plan.ts'
import { runToEnd } from './run-to-end.ts'

const alias = 'kafka'

/**
 * Makes a key and a certificate that is its own authority, with the `keytool` that comes with every Java runtime. They
 * are valid for a day: a cluster for tests does not live longer.
 *
 * @throws HeadwaterError `KAFKA_START_FAILED` with what keytool said.
 */
export async function makeTlsFiles(
  java: string,
  { keystoreFile, password, certificateFile }: TlsPlan,
): Promise<void> {
  const store = ['-alias', alias, '-storetype', 'PKCS12', '-keystore', keystoreFile, '-storepass', password]
  const subject = ['-dname', 'CN=localhost', '-ext', 'SAN=IP:127.0.0.1,DNS:localhost', '-validity', '1']
  await runKeytool(java, ['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', ...subject, ...store])
  await runKeytool(java, ['-exportcert', '-rfc', '-file', certificateFile, ...store])
}

async function runKeytool(java: string, args: readonly string[]): Promise<void> {
  // Beside the java that was found; a bare name is looked up on the PATH, where the two are together as well.
  const keytool = basename(java) === java ? 'keytool' : join(dirname(java), 'keytool')
  const { code, output } = await runToEnd(keytool, args)
  if (code === 0) return
  throw createKafkaError(
    'KAFKA_START_FAILED',
    `No certificate could be made: \`${keytool} ${args[0]}\` failed; see whether the Java runtime is complete. It said:\n${output.slice(-2000)}`,
  )
}
