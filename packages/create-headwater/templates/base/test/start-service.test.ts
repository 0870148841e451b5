import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withService } from './with-service.ts'

const order = { order_id: 'o-17', total_minor: 4200, currency: 'EUR', note: null }
const post = (url: string, body: unknown): Promise<Response> =>
  fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify(body) })

describe('startService', () => {
  it('answers 202 when the event is in the log, at the offset that it says', () =>
    withService(async ({ service, kafka, events }) => {
      const response = await post(service.url, order)
      assert.equal(response.status, 202)
      const receipt = (await response.json()) as { readonly partition: number; readonly offset: string }
      const [record] = await kafka.records('orders')
      assert.equal(record?.partition, receipt.partition)
      assert.equal(String(record?.offset), receipt.offset)
      assert.deepEqual(await events('orders'), [{ key: 'o-17', type: 'order.placed', value: order }])
    }))

  it('writes an event once when the acknowledgement is lost on its way', () =>
    withService(async ({ service, kafka, events }) => {
      kafka.faults.on('Produce', { topic: 'orders' }).loseResponse()
      assert.equal((await post(service.url, order)).status, 202)
      assert.equal((await events('orders')).length, 1)
      kafka.faults.assertSpent()
    }))

  it('answers 400 to what is no order, and writes nothing', () =>
    withService(async ({ service, events }) => {
      const response = await post(service.url, { ...order, total_minor: 42.5 })
      assert.equal(response.status, 400)
      assert.deepEqual(await response.json(), { error: 'total_minor is no whole number.' })
      assert.deepEqual(await events('orders'), [])
    }))

  it('delivers what it has taken before it closes', () =>
    withService(async ({ service, kafka, events }) => {
      const gate = kafka.faults.on('Produce', { topic: 'orders' }).holdBeforeReply()
      const response = post(service.url, order)
      await gate.reached
      const closing = service.close()
      gate.release()
      assert.equal((await response).status, 202)
      assert.deepEqual((await closing).undelivered, [])
      assert.equal((await events('orders')).length, 1)
    }))
})
