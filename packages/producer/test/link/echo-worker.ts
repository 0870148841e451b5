import { parentPort } from 'node:worker_threads'
import { metadata } from '@headwater/protocol'
import { ScriptedBroker } from './scripted-broker.ts'

/** A broker in a thread of its own, which goes on when the test's thread stands still. */
const broker = await ScriptedBroker.start({
  onRequest: (request, peer) => peer.answer(request, metadata, [request.body]),
})
parentPort!.postMessage(broker.address)
