import { join } from 'node:path'
import { runToEnd } from './run-to-end.ts'

/** Kafka 4 brokers are compiled for this version of Java. */
const leastJava = 17

/** A Java that can run Kafka, or why there is none. */
export type JavaSearch = { readonly java: string } | { readonly reason: string }

/** The major version in what `java -version` prints; 1.8 counts as 8. */
export function parseJavaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output)
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/** Looks for Java in `JAVA_HOME`, then on the `PATH`, and asks it for its version. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<JavaSearch> {
  const java = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java'
  const { code, output } = await runToEnd(java, ['-version'])
  const hint = `install a Java runtime, version ${leastJava} or later (Debian: apt-get install openjdk-17-jre-headless)`
  if (code !== 0) return { reason: `there is no Java (${java} does not run): ${hint}` }
  const version = parseJavaVersion(output)
  if (version === undefined || version < leastJava) {
    return { reason: `${java} is Java ${version ?? 'of an unknown version'}: ${hint}` }
  }
  return { java }
}
