import { describe, expect, it } from 'vitest'
import { TransactionRunner } from '../peers/transaction-runner.ts'

/** A client with numbered producers; the fault 'send 2 #3' is that the third send of the second producer fails. */
async function openRunner(faults: readonly string[]) {
  const calls: string[] = []
  let created = 0
  const call = (name: string, producer: number): Promise<void> => {
    calls.push(`${name} ${producer}`)
    const count = calls.filter((each) => each === `${name} ${producer}`).length
    if (!faults.includes(`${name} ${producer} #${count}`)) return Promise.resolve()
    return Promise.reject(new Error(`${name} failed`))
  }
  const runner = await TransactionRunner.open<number, string>({
    create: () => {
      created += 1
      return Promise.resolve(created)
    },
    begin: async (producer) => {
      await call('begin', producer)
      return {
        send: () => call('send', producer),
        commit: () => call('commit', producer),
        abort: () => call('abort', producer),
      }
    },
    disconnect: (producer) => call('disconnect', producer),
  })
  const run = (): Promise<string> =>
    runner.run(['a record']).then(
      () => 'committed',
      (error: unknown) => (error instanceof Error ? error.message : 'no Error'),
    )
  return { calls, run, runner }
}

describe('TransactionRunner', () => {
  it('commits, and keeps its producer', async () => {
    const { calls, run } = await openRunner([])
    expect([await run(), await run()]).toEqual(['committed', 'committed'])
    expect(calls).toEqual(['begin 1', 'send 1', 'commit 1', 'begin 1', 'send 1', 'commit 1'])
  })

  it('aborts what could not be sent or committed, tells why, and goes on with the same producer', async () => {
    const { calls, run } = await openRunner(['commit 1 #1'])
    expect([await run(), await run()]).toEqual(['commit failed', 'committed'])
    expect(calls).toEqual(['begin 1', 'send 1', 'commit 1', 'abort 1', 'begin 1', 'send 1', 'commit 1'])
  })

  it('takes a new producer after one that could not abort either', async () => {
    const { calls, run } = await openRunner(['send 1 #1', 'abort 1 #1'])
    expect([await run(), await run()]).toEqual(['send failed', 'committed'])
    expect(calls).toEqual(['begin 1', 'send 1', 'abort 1', 'disconnect 1', 'begin 2', 'send 2', 'commit 2'])
  })

  it('takes a new producer after two failures in a row', async () => {
    const { calls, run } = await openRunner(['send 1 #1', 'begin 1 #2', 'send 2 #1', 'send 2 #2'])
    expect([await run(), await run(), await run()]).toEqual(['send failed', 'begin failed', 'send failed'])
    expect(await run()).toBe('send failed')
    expect(await run()).toBe('committed')
    expect(calls.filter((call) => call.startsWith('disconnect'))).toEqual(['disconnect 1', 'disconnect 2'])
  })

  it('counts failures anew after a success', async () => {
    const { calls, run } = await openRunner(['send 1 #1', 'send 1 #3'])
    expect([await run(), await run(), await run(), await run()]).toEqual([
      'send failed',
      'committed',
      'send failed',
      'committed',
    ])
    expect(calls.at(-1)).toBe('commit 1')
  })

  it('closes the producer of now, and is not hindered by one that cannot close', async () => {
    const { calls, runner } = await openRunner(['disconnect 1 #1'])
    await runner.close()
    expect(calls).toEqual(['disconnect 1'])
  })
})
