import { startKafka } from '@headwater/embedded'
import { startIntake, type LiveControls } from '@headwater/intake'
import { describe, expect, it } from 'vitest'
import type { LiveSnapshot } from '../src/live/live-snapshot.ts'
import { settings, topics } from './intake-settings.ts'
import { LogLines } from './log-lines.ts'

const mail =
  'From: Ana <ana@example.org>\r\nSubject: hush hush\r\nMessage-ID: <17@example.org>\r\n\r\nWhere is it?\r\n'

async function post(url: string): Promise<{ readonly message_id: string }> {
  const headers = { 'content-type': 'message/rfc822', 'x-envelope-to': 'support@example.org' }
  const response = await fetch(`${url}/channels/email`, { method: 'POST', headers, body: mail })
  return (await response.json()) as { message_id: string }
}

/** Messages of the stream until one is as wanted; gives all their text. */
async function listenUntil(url: string, wanted: (snapshot: LiveSnapshot) => boolean) {
  const response = await fetch(`${url}/live`)
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const snapshots = text
      .split('\n\n')
      .slice(0, -1)
      .filter((part) => part.startsWith('data: '))
      .map((part) => JSON.parse(part.slice(6)) as LiveSnapshot)
    const found = snapshots.find(wanted)
    if (found !== undefined) return { found, text }
  }
  throw new Error('the stream ended')
}

describe('the live page of startIntake', () => {
  it('comes from the intake alone, with everything else forbidden', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const page = await fetch(`${intake.url}/`)
    expect(page.status).toBe(200)
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    const html = await page.text()
    const paths = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path)
    expect(paths.length).toBeGreaterThan(2)
    for (const path of [...paths, '/live/show-snapshot.js', '/live/draw-chart.js']) {
      const file = await fetch(intake.url + path)
      expect(file.status, path).toBe(200)
      expect(await file.text(), path).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/)
    }
  })

  it('tells of what comes in, and nothing of who wrote what', { timeout: 30_000 }, async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const { message_id: id } = await post(intake.url)
    const { found, text } = await listenUntil(intake.url, ({ channels }) =>
      channels.some(({ perSecond }) => perSecond.includes(1)),
    )
    expect(found).toMatchObject({
      acknowledged: 1,
      outcomes: { published: 1 },
      producer: { state: 'connected' },
      brokers: [{ id: 1, requests: 1 }],
      leaders: [{ topic: 'ingestion.raw.messages', broker: 1 }],
      latencyMs: { count: 1 },
    })
    expect(found.last).toMatchObject([{ channel: 'email', outcome: 'published', id: id.slice(0, 8) }])
    expect(text).not.toMatch(/example\.org|Ana|hush|Where/)
    expect(text).not.toContain(id)
  })

  it('does not keep the intake from closing', { timeout: 30_000 }, async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const open = await fetch(`${intake.url}/live`)
    // Longer than the test: with a stream left open it would be waited for.
    await intake.close({ timeoutMs: 60_000 })
    expect(await open.text()).toContain('data: ')
  })

  it('is not there unless it is switched on', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const off = settings(kafka, { INTAKE_LIVE: 'false' })
    await using intake = await startIntake(off, { logger: new LogLines() })
    for (const path of ['/', '/live', '/live/page.js']) {
      expect((await fetch(intake.url + path)).status, path).toBe(404)
    }
  })

  it('has no buttons without controls', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const headers = { 'x-headwater-order': '1' }
    const answer = await fetch(`${intake.url}/live/orders/freeze`, { method: 'POST', headers })
    expect(answer.status).toBe(404)
    const { found } = await listenUntil(intake.url, () => true)
    expect(found).not.toHaveProperty('actions')
  })

  it('orders what a button says, from the page itself only', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const ran: string[] = []
    const liveControls: LiveControls = {
      cluster: () => ({ brokers: [{ id: 1, state: 'running' }], leaders: [], stored: 7, faults: ran.length }),
      actions: () => [
        { slot: 'a', order: 'freeze', label: 'Freeze all' },
        { slot: 'b', order: 'fail', label: 'Fail' },
      ],
      run(order) {
        ran.push(order)
        if (order === 'fail') throw new Error('could not, said ana@example.org')
      },
    }
    const logger = new LogLines()
    await using intake = await startIntake(settings(kafka), { logger, liveControls })
    const order = async (name: string, headers: Record<string, string>) => {
      const response = await fetch(`${intake.url}/live/orders/${name}`, { method: 'POST', headers })
      return [response.status, await response.text()] as const
    }
    const fromPage = { 'x-headwater-order': 'freeze' }
    expect((await order('freeze', {}))[0]).toBe(403)
    expect((await order('nothing', fromPage))[0]).toBe(404)
    expect(ran).toEqual([])
    expect((await order('freeze', fromPage))[0]).toBe(204)
    const [status, body] = await order('fail', fromPage)
    expect([status, ran]).toEqual([409, ['freeze', 'fail']])
    expect(body + logger.text).not.toContain('ana@')
    const { found } = await listenUntil(intake.url, () => true)
    expect(found).toMatchObject({ cluster: { stored: 7, faults: 2 }, actions: [{ label: 'Freeze all' }, {}] })
  })
})
