/**
 * The process of one contender under one load: its memory is nobody else's, and it can be killed. Started by
 * `LoadProcess` with its order as the only argument; tells its parent how far it is, and waits to be told to begin.
 */
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import type { Contender } from './contender.ts'
import type { LoadNews, LoadOrder } from './load-order.ts'
import { runLoad } from './run-load.ts'

const order = JSON.parse(process.argv[2]!) as LoadOrder
const tell = (news: LoadNews): void => void process.send!(news)
const memoryMib = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20)
const sampleMs = 50

// However the parent ends, nobody is left to send for.
process.once('disconnect', () => process.exit())

const { contender } = (await import(pathToFileURL(order.module).href)) as { contender: Contender }
const { bootstrapServers, deliveryTimeoutMs, transactionalId } = order
const open = await contender.open({ bootstrapServers, deliveryTimeoutMs, transactionalId })
const go = once(process, 'message')
const { name, version } = contender
tell({ kind: 'ready', name, version, canTransact: open.transaction !== undefined })
await go

const baseMemoryMib = memoryMib()
let peakMemoryMib = baseMemoryMib
const sampling = setInterval(() => (peakMemoryMib = Math.max(peakMemoryMib, memoryMib())), sampleMs)
const end = await runLoad(open, order, () => tell({ kind: 'issued' }))
clearInterval(sampling)
// The figures first: a client that cannot close has still done what it has done.
tell({ kind: 'done', ...end, baseMemoryMib, peakMemoryMib })
await open.close()
process.disconnect()
