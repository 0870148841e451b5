import { Buffer } from 'node:buffer'
import { silentLogger } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { takeWebhook, type PublishedEvent, type WebhookChannel, type WebhookEvent } from '../src/index.ts'
import { memoryDuplicates, oncePerMessage, withoutDuplicates, type DuplicateStore } from '../src/index.ts'

const clockAt = () => {
  let nowMs = 0
  return { now: () => nowMs, move: (ms: number) => (nowMs += ms) }
}

describe('memoryDuplicates', () => {
  it('remembers as many messages as it may, the last ones', () => {
    const store = memoryDuplicates({ maxEntries: 2 })
    for (const id of ['a', 'b', 'a', 'c']) void store.remember(id, true)
    expect(['a', 'b', 'c'].map((id) => store.find(id))).toEqual([true, undefined, true])
  })

  it('forgets a message when its time is over', () => {
    const clock = clockAt()
    const store = memoryDuplicates({ ttlMs: 100, clock: clock as never })
    void store.remember('a', true)
    clock.move(99)
    expect(store.find('a')).toBe(true)
    clock.move(1)
    expect(store.find('a')).toBeUndefined()
  })

  it.each([{ maxEntries: 0 }, { ttlMs: 0 }, { ttlMs: 1.5 }])('refuses %j', (options) => {
    expect(() => memoryDuplicates(options)).toThrowError(
      expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }),
    )
  })
})

/** A channel whose request is a list of ids in JSON, and that publishes into a list. */
function listChannel(): { readonly channel: WebhookChannel; readonly log: string[]; failNext: () => void } {
  const log: string[] = []
  let failing = false
  const channel: WebhookChannel = {
    name: 'list',
    rules: { methods: ['POST'], contentTypes: ['application/json'], maxBodyBytes: 1000 },
    verify: () => ({ ok: true }),
    normalise: (raw) =>
      (JSON.parse(Buffer.from(raw).toString()) as string[]).map((messageId) => ({
        messageId,
        type: 'entry',
      })),
    key: () => null,
    async publish({ messageId }: WebhookEvent): Promise<PublishedEvent> {
      if (failing) {
        failing = false
        throw new Error('Kafka is away')
      }
      log.push(messageId)
      const offset = BigInt(log.length - 1)
      await new Promise(setImmediate)
      return { kind: 'published', messageId, receipt: { offset } as never }
    },
  }
  return { channel, log, failNext: () => (failing = true) }
}

const post = (ids: readonly string[]) => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(ids)),
})

/** Looks up slowly, and the slower the earlier it is asked. */
function slowStore(): DuplicateStore<PublishedEvent> {
  const inner = memoryDuplicates<PublishedEvent>()
  let turns = 20
  return {
    async find(messageId) {
      for (let left = turns--; left > 0; left--) await new Promise(setImmediate)
      return inner.find(messageId)
    },
    async remember(messageId, done) {
      await inner.remember(messageId, done)
    },
  }
}

describe('withoutDuplicates', () => {
  it('answers a message that comes again as the first time, and does not publish it', async () => {
    const { channel, log } = listChannel()
    const quiet = withoutDuplicates(channel, memoryDuplicates())
    const first = await takeWebhook(quiet, post(['a', 'b']))
    const second = await takeWebhook(quiet, post(['b', 'c']))
    expect(log).toEqual(['a', 'b', 'c'])
    expect(first.events[1]).toEqual(second.events[0])
    expect(second.outcome).toBe('published')
  })

  it('publishes once what comes twice at the same time', async () => {
    const { channel, log } = listChannel()
    const quiet = withoutDuplicates(channel, memoryDuplicates())
    await Promise.all([takeWebhook(quiet, post(['a'])), takeWebhook(quiet, post(['a']))])
    expect(log).toEqual(['a'])
  })

  it('tells of every event that is not sent again, and not of one whose first time failed', async () => {
    const { channel, failNext } = listChannel()
    const told: string[] = []
    const onDuplicate = ({ messageId }: WebhookEvent): void => void told.push(messageId)
    const quiet = withoutDuplicates(channel, memoryDuplicates(), { onDuplicate })
    await takeWebhook(quiet, post(['a', 'b']))
    expect(told).toEqual([])
    await Promise.all([takeWebhook(quiet, post(['b', 'c'])), takeWebhook(quiet, post(['c']))])
    expect(told).toEqual(['b', 'c'])
    failNext()
    await Promise.all([takeWebhook(quiet, post(['d'])), takeWebhook(quiet, post(['d']))])
    expect(told).toEqual(['b', 'c'])
  })

  it('answers as if nothing were when the one who is told throws', async () => {
    const { channel } = listChannel()
    const lines: unknown[] = []
    const quiet = withoutDuplicates(channel, memoryDuplicates(), {
      onDuplicate() {
        throw new Error('no disk')
      },
      logger: { ...silentLogger, error: (fields) => void lines.push(fields) },
    })
    await takeWebhook(quiet, post(['a']))
    expect(await takeWebhook(quiet, post(['a']))).toMatchObject({ outcome: 'published' })
    expect(lines).toMatchObject([{ err: { message: 'no disk' } }])
  })

  it('lets a message through that failed before', async () => {
    const { channel, log, failNext } = listChannel()
    const quiet = withoutDuplicates(channel, memoryDuplicates())
    failNext()
    expect(await takeWebhook(quiet, post(['a']))).toMatchObject({ outcome: 'failed' })
    expect(await takeWebhook(quiet, post(['a']))).toMatchObject({ outcome: 'published' })
    expect(log).toEqual(['a'])
  })

  it('keeps the order of events though the store takes its time', async () => {
    const { channel, log } = listChannel()
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    await takeWebhook(withoutDuplicates(channel, slowStore()), post(ids))
    expect(log).toEqual(ids)
  })

  it('fails when the store fails, so that the provider sends again, and goes on after it', async () => {
    const { channel, log } = listChannel()
    const store = slowStore()
    let broken = true
    const quiet = withoutDuplicates(channel, {
      ...store,
      find: async (id) => (broken ? Promise.reject(new Error('no database')) : await store.find(id)),
    })
    expect(await takeWebhook(quiet, post(['a']))).toMatchObject({ outcome: 'failed' })
    broken = false
    expect(await takeWebhook(quiet, post(['a']))).toMatchObject({ outcome: 'published' })
    expect(log).toEqual(['a'])
  })
})

describe('oncePerMessage', () => {
  const headers = { message_id: Buffer.from('m-1') }

  it('handles the first record of a message and no other', async () => {
    const once = oncePerMessage(memoryDuplicates())
    let handled = 0
    const handle = async () => ++handled
    expect(await once(headers, handle)).toBe('handled')
    expect(await once({ message_id: 'm-1' }, handle)).toBe('duplicate')
    expect(await once({ message_id: ['m-0', Buffer.from('m-1')] }, handle)).toBe('duplicate')
    expect(handled).toBe(1)
  })

  it('hands a record over again whose handler failed', async () => {
    const once = oncePerMessage(memoryDuplicates())
    await expect(once(headers, () => Promise.reject(new Error('own')))).rejects.toThrow('own')
    expect(await once(headers, async () => undefined)).toBe('handled')
  })

  it('lets records of one message wait for each other, also when the first one fails', async () => {
    const once = oncePerMessage(memoryDuplicates())
    const gate = Promise.withResolvers<void>()
    let handled = 0
    const first = once(headers, () => gate.promise)
    const others = [once(headers, async () => ++handled), once(headers, async () => ++handled)]
    gate.reject(new Error('own'))
    await expect(first).rejects.toThrow('own')
    expect((await Promise.all(others)).toSorted()).toEqual(['duplicate', 'handled'])
    expect(handled).toBe(1)
  })

  it('handles every record without an id', async () => {
    const once = oncePerMessage(memoryDuplicates())
    for (const none of [undefined, {}, { message_id: '' }, { message_id: undefined }]) {
      expect(await once(none, async () => undefined)).toBe('handled')
    }
  })
})
