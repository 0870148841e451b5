import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { LiveStream } from '../src/live/live-stream.ts'

async function serve(stream: LiveStream): Promise<{ url: string; close: () => void }> {
  const server: Server = createServer((_request, response) => {
    if (stream.full) response.writeHead(503).end()
    else stream.add(response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Reads until it has seen so many messages. */
async function messages(response: Response, count: number): Promise<readonly string[]> {
  const seen: string[] = []
  const decoder = new TextDecoder()
  let text = ''
  const reader = response.body!.getReader()
  while (seen.length < count) {
    const { value, done } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    seen.push(...parts.filter((part) => part.startsWith('data: ')).map((part) => part.slice(6)))
  }
  reader.releaseLock()
  return seen
}

describe('LiveStream', () => {
  it('reads once a second for all who listen, and not at all for nobody', async () => {
    const clock = new ManualClock()
    let reads = 0
    const stream = new LiveStream({ clock, read: () => String(++reads) })
    const { url, close } = await serve(stream)
    clock.advance(10_000)
    expect([reads, clock.pendingTimers]).toEqual([0, 0])

    const gone = [new AbortController(), new AbortController()]
    const pages = await Promise.all(gone.map(({ signal }) => fetch(url, { signal })))
    expect(pages[0]?.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    await Promise.all(pages.map((page) => messages(page, 1)))
    expect(reads).toBe(2)
    clock.advance(3000)
    expect(reads).toBe(5)
    for (const page of pages) expect(await messages(page, 3)).toEqual(['3', '4', '5'])

    for (const each of gone) each.abort()
    await expect.poll(() => stream.listeners, { timeout: 10_000 }).toBe(0)
    expect(clock.pendingTimers).toBe(0)
    close()
  })

  it('takes 32 listeners, and another one when one has gone', async () => {
    const stream = new LiveStream({ clock: new ManualClock(), read: () => '1' })
    const { url, close } = await serve(stream)
    const first = new AbortController()
    const pages = await Promise.all(
      Array.from({ length: 32 }, (_, i) => fetch(url, i === 0 ? { signal: first.signal } : {})),
    )
    expect(pages.every(({ status }) => status === 200)).toBe(true)
    expect((await fetch(url)).status).toBe(503)
    first.abort()
    await expect.poll(() => stream.full, { timeout: 10_000 }).toBe(false)
    expect((await fetch(url)).status).toBe(200)
    close()
  })

  it('spares a listener that does not read, and cuts it in the end', async () => {
    const clock = new ManualClock()
    const stream = new LiveStream({ clock, read: () => 'x'.repeat(1_000_000) })
    const { url, close } = await serve(stream)
    await fetch(url)
    await expect
      .poll(
        () => {
          clock.advance(1000)
          return stream.listeners
        },
        { timeout: 20_000 },
      )
      .toBe(0)
    close()
  })

  it('ends all streams when it closes, leaves no timer, and takes nobody then', async () => {
    const clock = new ManualClock()
    const stream = new LiveStream({ clock, read: () => '1' })
    const { url, close } = await serve(stream)
    const page = await fetch(url)
    stream.close()
    expect(await page.text()).toBe('retry: 2000\n\ndata: 1\n\n')
    expect([stream.listeners, clock.pendingTimers, stream.full]).toEqual([0, 0, true])
    close()
  })
})
