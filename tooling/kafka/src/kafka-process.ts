import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { answersApiVersions } from './answers-api-versions.ts'
import type { ChildGuard } from './child-guard.ts'
import { createKafkaError } from './kafka-error.ts'
import type { KafkaJars } from './kafka-jars.ts'
import type { NodePlan } from './node-plan.ts'

const pollMs = 25

/** What all processes of a cluster share. */
export interface KafkaProcessSettings {
  readonly jars: KafkaJars
  readonly guard: ChildGuard
  readonly jvmArguments: readonly string[]
  readonly startTimeoutMs: number
}

/** One Kafka process: it may be started again after each end, on the same ports and with the same log. */
export class KafkaProcess {
  readonly plan: NodePlan
  readonly #settings: KafkaProcessSettings
  #child: ChildProcess | undefined
  #started: Promise<void> | undefined

  constructor(plan: NodePlan, settings: KafkaProcessSettings) {
    this.plan = plan
    this.#settings = settings
  }

  /** The process, or `undefined` while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts the process, unless it runs or is being started, and waits until it serves. */
  start(): Promise<void> {
    this.#started ??= this.#launch().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  async #launch(): Promise<void> {
    const { plan, jars, guard, jvmArguments, startTimeoutMs } = { plan: this.plan, ...this.#settings }
    const output = await open(plan.outputFile, 'a')
    const before = (await output.stat()).size
    const child = spawn(jars.java, [...javaArguments(plan, jars, jvmArguments)], {
      stdio: ['ignore', output.fd, output.fd],
      // Away from the terminal's process group: Ctrl-C is for the program, whose guard ends this process.
      detached: true,
    })
    this.#child = child
    guard.watch(child)
    const forget = (): void => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#started = undefined
    }
    child.once('exit', forget)
    child.once('error', forget)
    await output.close()
    await this.#untilReady(child, before, Date.now() + startTimeoutMs)
  }

  /** Sends a signal and waits for the end, if the signal is one that ends; does nothing when nothing runs. */
  async signal(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const child = this.#child
    if (!child) return
    const isEnd = signal === 'SIGKILL' || signal === 'SIGTERM'
    const exited = isEnd ? once(child, 'exit') : undefined
    child.kill(signal)
    await exited
  }

  async #untilReady(child: ChildProcess, logStart: number, deadline: number): Promise<void> {
    const started = `[KafkaRaftServer nodeId=${this.plan.id}] Kafka Server started`
    let logged = false
    for (;;) {
      if (this.#child !== child) throw await this.#startError('KAFKA_START_FAILED', 'ended while it started')
      logged ||= (await readFile(this.plan.outputFile)).indexOf(started, logStart) >= 0
      if (logged && (await answersApiVersions(this.plan.port))) return
      if (Date.now() > deadline) {
        await this.signal('SIGKILL')
        throw await this.#startError(
          'KAFKA_START_TIMEOUT',
          `was not ready in ${this.#settings.startTimeoutMs} ms`,
        )
      }
      await delay(pollMs)
    }
  }

  async #startError(code: 'KAFKA_START_FAILED' | 'KAFKA_START_TIMEOUT', what: string): Promise<Error> {
    const lines = (await readFile(this.plan.outputFile, 'utf8')).trimEnd().split('\n')
    return createKafkaError(
      code,
      `Kafka node ${this.plan.id} ${what}. The end of its log:\n${tail(lines).join('\n')}`,
    )
  }
}

/** The last lines, and before them the errors, which the stack traces of a shutdown push away. */
function tail(lines: readonly string[]): readonly string[] {
  const last = Math.max(0, lines.length - 25)
  const errors = lines.slice(0, last).filter((line) => /\b(ERROR|FATAL)\b|Exception/.test(line))
  return [...errors.slice(0, 10), ...lines.slice(last)]
}

/** A small, quick JVM; what the caller adds comes last and so wins. */
function javaArguments(plan: NodePlan, jars: KafkaJars, more: readonly string[]): readonly string[] {
  return [
    '-Xms128m',
    '-Xmx384m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${join(import.meta.dirname, '..', 'log4j2.xml')}`,
    `-Dkafka.logs.dir=${dirname(plan.outputFile)}`,
    // Native libraries are unpacked there, and stay when the process is killed; this folder goes with the cluster.
    `-Djava.io.tmpdir=${dirname(plan.outputFile)}`,
    ...more,
    '-cp',
    join(jars.libFolder, '*'),
    'kafka.Kafka',
    plan.propertiesFile,
  ]
}
