const namespace = 'http://www.w3.org/2000/svg'
const height = 20

/** Draws one bar a second into an `svg`, which it makes where there is none. */
export function drawChart(cell, values, most) {
  let chart = cell.querySelector('svg')
  if (chart === null) {
    chart = document.createElementNS(namespace, 'svg')
    chart.setAttribute('viewBox', `0 0 ${values.length} ${height}`)
    chart.setAttribute('preserveAspectRatio', 'none')
    // The numbers beside it say the same.
    chart.setAttribute('aria-hidden', 'true')
    chart.append(document.createElementNS(namespace, 'path'))
    cell.append(chart)
  }
  const bars = values.map((value, i) => {
    const bar = value === 0 ? 0 : Math.max(1, (value / Math.max(1, most)) * height)
    return bar === 0 ? '' : `M${i} ${height}v${-bar}h.8v${bar}z`
  })
  chart.firstChild.setAttribute('d', bars.join(''))
}
