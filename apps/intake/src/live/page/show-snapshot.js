import { drawChart } from './draw-chart.js'

const whole = new Intl.NumberFormat('en-US')

/** What outcomes are called, in the order of the table. */
const outcomes = {
  published: 'Published',
  'dead-lettered': 'Dead-lettered',
  unavailable: 'Sent away (503)',
  failed: 'Failed',
  invalid: 'Invalid',
  unauthorised: 'Not authorised',
  'too-large': 'Too large',
  handshake: 'Handshake',
}

/** The summary is read aloud; more often than this nobody wants to hear it. */
const summaryEveryMs = 10_000
let summaryAtMs = Number.NEGATIVE_INFINITY

function setText(id, text) {
  const element = document.getElementById(id)
  if (element.textContent !== text) element.textContent = text
}

/** Rows by key, changed in place: whoever reads or selects one is not thrown out. */
function setRows(id, rows) {
  const body = document.getElementById(id)
  rows.forEach((cells, i) => {
    const row = body.rows[i] ?? body.insertRow()
    cells.forEach((cell, j) => {
      const heading = j === 0 && cell.heading === true
      if (row.cells[j] === undefined) row.append(document.createElement(heading ? 'th' : 'td'))
      const target = row.cells[j]
      if (heading) target.scope = 'row'
      if (cell.number === true) target.className = 'number'
      if (cell.bars !== undefined) drawChart(target, cell.bars, cell.most)
      else if (target.textContent !== cell.text) target.textContent = cell.text
    })
  })
  while (body.rows.length > rows.length) body.deleteRow(-1)
}

const heading = (text) => ({ text, heading: true })
const text = (value) => ({ text: value })
const number = (value) => ({ text: whole.format(value), number: true })

function bytes(value) {
  if (value < 1024) return `${value} bytes`
  if (value < 1_048_576) return `${(value / 1024).toFixed(1)} KiB`
  return `${(value / 1_048_576).toFixed(1)} MiB`
}

function milliseconds(value, count) {
  return count === 0 ? '–' : `${value < 10 ? value.toFixed(1) : whole.format(Math.round(value))} ms`
}

/** Shows everything that one message of the stream says. */
export function showSnapshot(snapshot) {
  const rate = snapshot.channels.reduce((sum, { perSecond }) => sum + perSecond.at(-1), 0)
  const { latencyMs } = snapshot
  setText('rate', whole.format(rate))
  for (const share of ['p50', 'p95', 'p99']) setText(share, milliseconds(latencyMs[share], latencyMs.count))
  setText('acknowledged', whole.format(snapshot.acknowledged))
  showChannels(snapshot)
  setRows(
    'outcomes',
    Object.entries(outcomes).map(([name, label]) => [heading(label), number(snapshot.outcomes[name] ?? 0)]),
  )
  showProducer(snapshot.producer)
  showBrokers(snapshot)
  showLast(snapshot.last)
  showProof(snapshot)
  showButtons(snapshot.actions ?? [])
  if (Date.now() - summaryAtMs < summaryEveryMs) return
  summaryAtMs = Date.now()
  const all = snapshot.channels.reduce((sum, { total }) => sum + total, 0)
  const p95 = milliseconds(latencyMs.p95, latencyMs.count)
  setText(
    'summary',
    `At ${new Date(snapshot.at).toLocaleTimeString()}: ${whole.format(all)} events so far, ${whole.format(rate)} a second; 95 of 100 answers within ${p95}.`,
  )
}

function showChannels({ channels }) {
  const most = Math.max(1, ...channels.flatMap(({ perSecond }) => perSecond))
  setRows(
    'channels',
    channels.map(({ name, total, perSecond }) => [
      heading(name),
      number(perSecond.at(-1)),
      number(total),
      { bars: perSecond, most },
    ]),
  )
}

function showProducer(producer) {
  setRows('queue', [
    [heading('Connection'), text(producer.state)],
    [heading('Queue'), text(bytes(producer.bufferedBytes + producer.waitingBytes))],
    [heading('Records waiting'), text(whole.format(producer.pendingRecords))],
    [heading('Requests under way'), text(whole.format(producer.inFlightRequests))],
    [heading('Retries so far'), text(whole.format(producer.retries))],
    [
      heading('On disk'),
      text(`${whole.format(producer.spoolRecords)} records, ${bytes(producer.spoolBytes)}`),
    ],
  ])
}

function showBrokers({ at, brokers, leaders, cluster }) {
  const known = cluster?.brokers ?? brokers
  const led = Map.groupBy(cluster?.leaders ?? leaders, ({ broker }) => broker)
  const rows = known.map(({ id, state }) => {
    const seen = brokers.find((each) => each.id === id)
    const ago =
      seen === undefined ? 'no answer yet' : `answered ${Math.round((at - seen.lastAt) / 1000)} s ago`
    return [heading(String(id)), text(state ?? ago), number(seen?.requests ?? 0), text(places(led.get(id)))]
  })
  const orphans = led.get(-1)
  if (orphans !== undefined) rows.push([heading('none'), text('no leader'), text(''), text(places(orphans))])
  setRows('brokers', rows)
}

/** A name of a topic may break behind its dots. */
const breakable = (topic) => topic.replaceAll('.', '.\u200b')

function places(partitions = []) {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)]
  return topics
    .map(([topic, all]) => `${breakable(topic)} ${all.map(({ partition }) => partition).join(', ')}`)
    .join('; ')
}

function showLast(last) {
  setRows(
    'last',
    last.map(({ at, channel, type, outcome, id, ms }) => [
      text(new Date(at).toLocaleTimeString()),
      text(channel),
      text(type),
      text(outcome),
      text(id ?? '–'),
      { text: String(ms), number: true },
    ]),
  )
}

function showProof({ acknowledged, cluster }) {
  const proof = document.getElementById('proof')
  const hidden = cluster === undefined
  proof.hidden = hidden
  document.getElementById('stored-tile').hidden = hidden
  if (hidden) return
  const { stored, faults } = cluster
  setText('stored', whole.format(stored))
  const good = stored >= acknowledged
  proof.dataset.verdict = good ? 'good' : 'bad'
  const relation = good ? (stored === acknowledged ? '=' : '<') : '>'
  const counts = `acknowledged ${whole.format(acknowledged)} ${relation} stored ${whole.format(stored)}`
  const more = whole.format(stored - acknowledged)
  const verdict = {
    '=': counts,
    '<': `${counts}: nothing lost; ${more} more in the log, whose acknowledgement is on its way or did not get through`,
    '>': `${counts}: records are missing`,
  }[relation]
  setText('proof', `${verdict}. Faults so far: ${whole.format(faults)}.`)
}

function showButtons(actions) {
  document.getElementById('faults').hidden = actions.length === 0
  const place = document.getElementById('buttons')
  for (const { slot, order, label } of actions) {
    let button = [...place.children].find((each) => each.dataset.slot === slot)
    if (button === undefined) {
      button = document.createElement('button')
      button.type = 'button'
      button.dataset.slot = slot
      place.append(button)
    }
    button.dataset.order = order
    if (button.textContent !== label) button.textContent = label
  }
}
