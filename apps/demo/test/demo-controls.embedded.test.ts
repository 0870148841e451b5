import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { describe, expect, it } from 'vitest'
import { DemoControls } from '../src/demo-controls.ts'

async function start(): Promise<EmbeddedKafka> {
  const replicationFactor = 3
  return await startKafka({
    brokers: 3,
    topics: { raw: { partitions: 3, replicationFactor }, dead: { replicationFactor } },
  })
}

function controlsOf(kafka: EmbeddedKafka): DemoControls {
  const controls = new DemoControls({ kafka, brokers: 3, topics: { raw: 3, dead: 1 }, topic: 'raw' })
  controls.open()
  return controls
}

const statesOf = (controls: DemoControls): readonly string[] =>
  controls.cluster().brokers.map(({ state }) => state)
const labelsOf = (controls: DemoControls): readonly string[] => controls.actions().map(({ label }) => label)

describe('DemoControls', () => {
  it('has no buttons before it is open', async () => {
    await using kafka = await start()
    const controls = new DemoControls({ kafka, brokers: 3, topics: { raw: 3 }, topic: 'raw' })
    expect(controls.actions()).toEqual([])
  })

  it('stops a broker and starts it again by the same button, and shows who leads meanwhile', async () => {
    await using kafka = await start()
    const controls = controlsOf(kafka)
    const leads = () => controls.cluster().leaders.map(({ broker }) => broker)
    expect(leads()).toContain(2)
    await controls.run('stop-broker-2')
    expect(statesOf(controls)).toEqual(['running', 'stopped', 'running'])
    expect(leads()).not.toContain(2)
    expect(controls.actions()[2]).toEqual({
      slot: 'broker-2',
      order: 'start-broker-2',
      label: 'Start broker 2',
    })
    await controls.run('start-broker-2')
    expect(statesOf(controls)).toEqual(['running', 'running', 'running'])
    expect(controls.cluster().faults).toBe(1)
  })

  it('freezes all that run, and thaws them', async () => {
    await using kafka = await start()
    const controls = controlsOf(kafka)
    await controls.run('stop-broker-3')
    await controls.run('freeze-all')
    expect(statesOf(controls)).toEqual(['frozen', 'frozen', 'stopped'])
    expect(labelsOf(controls).at(-1)).toBe('Thaw all brokers')
    await controls.run('start-broker-3')
    await controls.run('stop-broker-1')
    await controls.run('start-broker-1')
    expect(statesOf(controls)).toEqual(['running', 'frozen', 'running'])
    await controls.run('thaw-all')
    expect(statesOf(controls)).toEqual(['running', 'running', 'running'])
    expect(labelsOf(controls).at(-1)).toBe('Freeze all brokers')
  })

  it('orders lost acknowledgements, as many as are clicked, up to a bound', async () => {
    await using kafka = await start()
    const controls = controlsOf(kafka)
    for (let i = 0; i < 100; i++) await controls.run('lose-acknowledgement')
    expect(String(kafka.faults.orders[0])).toBe('fault#1 on Produce topic=raw')
    await expect(controls.run('lose-acknowledgement')).rejects.toMatchObject({ code: 'TOO_MANY_ORDERS' })
  })
})
