import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeOnSignal, createProducer } from '../../src/index.ts'

/** How a process ended, and what it said. */
interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

// Windows has no signals: to send one there is to kill.
describe.skipIf(process.platform === 'win32')('closeOnSignal', () => {
  let kafka: EmbeddedKafka

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: {} } })
  })
  afterEach(() => kafka.close())

  /** Runs the process, and does something with it when it is ready. */
  const run = async (mode: string, whenReady: (kill: () => void) => unknown): Promise<Ended> => {
    const script = fileURLToPath(new URL('./signalled-process.ts', import.meta.url))
    const flags = ['--disable-warning=ExperimentalWarning']
    const child = spawn(process.execPath, [...flags, script, kafka.bootstrapServers, mode], { stdio: 'pipe' })
    let output = ''
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const wasReady = output.includes('ready\n')
      output += text
      if (!wasReady && output.includes('ready\n')) void whenReady(() => child.kill('SIGTERM'))
    })
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return { code, signal, output, errors }
  }
  const values = async (): Promise<string[]> =>
    (await kafka.records('orders')).map(({ value }) => value!.toString())

  it('delivers what was taken, and lets the signal end the process', async () => {
    const { signal, output } = await run('usual', (kill) => kill())
    expect(signal).toBe('SIGTERM')
    expect(output).toBe('ready\n')
    expect(await values()).toEqual(['0.1', '0.2', '0.3'])
  })

  it('hands over what could not be delivered, and waits for where it is put', async () => {
    const { signal, output } = await run('undelivered', async (kill) => {
      await kafka.broker(1).stop()
      kill()
    })
    expect(signal).toBe('SIGTERM')
    expect(output).toBe('ready\nfirst undelivered 0.1,0.2,0.3\n')
  })

  it('ends the process with the error of who could not put them anywhere', async () => {
    const { code, errors } = await run('throws', async (kill) => {
      await kafka.broker(1).stop()
      kill()
    })
    expect(code).toBe(1)
    expect(errors).toContain('the disk is full')
  })

  it('leaves the end to who else listens', async () => {
    const { code, signal, output } = await run('other listener', (kill) => kill())
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(output).toBe('ready\nthe other heard\n')
    expect(await values()).toHaveLength(3)
  })

  it('lets the process end by itself when it shall not raise the signal again', async () => {
    const { code, signal } = await run('no reraise', (kill) => kill())
    expect({ code, signal }).toEqual({ code: 0, signal: null })
    expect(await values()).toHaveLength(3)
  })

  it('closes every producer before the process ends', async () => {
    const { signal } = await run('two', (kill) => kill())
    expect(signal).toBe('SIGTERM')
    expect((await values()).toSorted()).toEqual(['0.1', '0.2', '0.3', '1.1', '1.2', '1.3'])
  })

  it('does not wait at a second signal', async () => {
    const gate = kafka.faults.on('Produce').hold()
    const { signal } = await run('usual', async (kill) => {
      kill()
      await gate.reached
      kill()
    })
    expect(signal).toBe('SIGTERM')
    gate.release()
  })

  it('listens until it is taken away', () => {
    const count = (): number => process.listenerCount('SIGUSR2') + process.listenerCount('SIGHUP')
    const before = count()
    const producer = createProducer({ connection: { brokers: ['127.0.0.1:1'] } })
    {
      using _ = closeOnSignal(producer, { signals: ['SIGUSR2', 'SIGHUP'], onUndelivered: () => undefined })
      expect(count()).toBe(before + 2)
    }
    expect(count()).toBe(before)
  })

  it.each<[unknown, RegExp]>([
    [undefined, /the options must be an object/],
    // They were missed when the records were lost for it.
    [{}, /onUndelivered must be a function/],
    [{ onUndelivered: () => undefined, signals: 'SIGTERM' }, /signals must be a list/],
    [{ onUndelivered: () => undefined, signals: ['SIGTREM'] }, /SIGTREM is no signal/],
    [{ onUndelivered: () => undefined, signals: ['SIGTERM', 'SIGKILL'] }, /SIGKILL is no signal/],
    [{ onUndelivered: () => undefined, reraise: 'no' }, /reraise must be true or false/],
    [{ onUndelivered: () => undefined, timeoutMs: '8000' }, /timeoutMs must be 0 or more/],
  ])('refuses %o, and listens for nothing', (options, message) => {
    const before = process.listenerCount('SIGTERM')
    const producer = createProducer({ connection: { brokers: ['127.0.0.1:1'] } })
    expect(() => closeOnSignal(producer, options as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringMatching(message) as string,
      }) as Error,
    )
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })

  it('hands over nothing that a close by hand has handed back', async () => {
    await kafka.broker(1).stop()
    const producer = createProducer({ connection: { brokers: [kafka.bootstrapServers] } })
    void producer.trySend({ topic: 'orders', value: 'x' })
    const handedOver: unknown[] = []
    closeOnSignal(producer, {
      signals: ['SIGUSR2'],
      reraise: false,
      onUndelivered: (undelivered) => void handedOver.push(undelivered),
    })
    expect((await producer.close({ timeoutMs: 10 })).undelivered).toHaveLength(1)
    const heard = once(process, 'SIGUSR2')
    process.kill(process.pid, 'SIGUSR2')
    await heard
    while (process.listenerCount('SIGUSR2') > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(handedOver).toEqual([])
  })
})
