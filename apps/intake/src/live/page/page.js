import { showSnapshot } from './show-snapshot.js'

const connection = document.getElementById('connection')
const buttons = document.getElementById('buttons')
const ordered = document.getElementById('ordered')

/** After so long without news the numbers are old, whatever the connection says. */
const staleAfterMs = 5000
/** A browser that has given up (the server was full, or a proxy answered) is made to try again. */
const retryMs = 3000

let lastAtMs
let brokenSince

function clockTime(at) {
  return new Date(at).toLocaleTimeString()
}

function say(state, text) {
  document.documentElement.toggleAttribute('data-stale', state === 'broken')
  // Written only when it changes: it is read aloud.
  if (connection.textContent !== text) connection.textContent = text
  connection.dataset.state = state
}

function sayBroken() {
  brokenSince ??= lastAtMs
  const since =
    brokenSince === undefined
      ? 'There are no numbers yet.'
      : `The numbers are from ${clockTime(brokenSince)}.`
  say('broken', `No connection to the intake. ${since} Trying again.`)
}

function listen() {
  const source = new EventSource('/live')
  source.addEventListener('message', ({ data }) => {
    lastAtMs = Date.now()
    brokenSince = undefined
    say('live', 'Live, new numbers every second.')
    showSnapshot(JSON.parse(data))
  })
  source.addEventListener('error', () => {
    sayBroken()
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, retryMs)
  })
}

async function send(order, label) {
  try {
    const response = await fetch(`/live/orders/${encodeURIComponent(order)}`, {
      method: 'POST',
      headers: { 'x-headwater-order': order },
    })
    ordered.textContent = response.ok ? `Done: ${label}.` : `Not done (${response.status}): ${label}.`
  } catch {
    ordered.textContent = `Not done, no connection: ${label}.`
  }
}

buttons.addEventListener('click', (event) => {
  const button = event.target.closest('button')
  if (button !== null) void send(button.dataset.order, button.textContent)
})

setInterval(() => {
  if (lastAtMs !== undefined && Date.now() - lastAtMs > staleAfterMs) sayBroken()
}, 1000)

listen()
