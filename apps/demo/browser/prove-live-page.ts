/**
 * The demo's live page in a real browser: it loads, its numbers move, a fault ordered by a click changes what it should,
 * a stream that breaks is told, nothing overflows on a phone, nothing stands in the console. Writes the pictures for
 * the intake's README.
 *
 *     npm ci --ignore-scripts && node prove-live-page.ts
 *
 * It takes a chromium that is installed (Debian: `apt-get install chromium`; `CHROMIUM` names another) and ends with a
 * line that says why where there is none. Outside the workspace, since nobody who tests or builds this project should
 * pay for a browser.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
)
if (executablePath === undefined) {
  console.log('skipped: no chromium; install Debian\u2019s, or name one by CHROMIUM')
  process.exit(0)
}
const pictures = join(import.meta.dirname, '../../intake/docs')
const timeout = 60_000

/** The demo with `--keep`, as a process. */
async function startDemo() {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../src/main.ts'), '--count', '300', '--keep'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)))
  while (!said.includes('Up until Ctrl+C')) {
    assert.equal(child.exitCode, null, said)
    await Promise.race([once(child.stderr, 'data'), once(child, 'exit')])
  }
  const url = /The live page: (\S+)/.exec(said)?.[1] ?? ''
  return {
    url,
    async end() {
      if (child.exitCode !== null) return
      child.kill('SIGINT')
      await once(child, 'exit')
    },
  }
}

const numberIn = (page: Page, id: string): Promise<number> =>
  page.locator(`#${id}`).evaluate((element) => Number(element.textContent?.replaceAll(',', '')))

/** Waits until the page says what a function, which runs in the page, looks for. */
async function until<Argument>(
  page: Page,
  holds: (argument: Argument) => boolean,
  argument: Argument,
): Promise<void> {
  await page.waitForFunction(holds as never, argument as never, { timeout })
}

const proofSays = (page: Page, text: string): Promise<void> =>
  until(page, (wanted) => document.getElementById('proof')?.textContent?.includes(wanted) === true, text)

const faultsOn = (page: Page): Promise<number> =>
  page
    .locator('#proof')
    .evaluate((element) => Number(/Faults so far: (\d+)/.exec(element.textContent ?? '')?.[1]))

async function prove(page: Page, demo: Awaited<ReturnType<typeof startDemo>>): Promise<void> {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(demo.url)) foreign.push(request.url())
  })

  await page.goto(demo.url)
  await until(page, () => document.getElementById('connection')?.dataset['state'] === 'live', undefined)
  const first = await numberIn(page, 'acknowledged')
  await until(
    page,
    (before) => Number(document.getElementById('acknowledged')?.textContent?.replaceAll(',', '')) > before,
    first,
  )
  console.log('it loads, and its numbers move')

  const faults = await faultsOn(page)
  await page.getByRole('button', { name: 'Lose an acknowledgement' }).click()
  await until(
    page,
    (before) =>
      Number(/Faults so far: (\d+)/.exec(document.getElementById('proof')?.textContent ?? '')?.[1]) > before,
    faults,
  )
  await proofSays(page, ' = stored ')
  console.log('an acknowledgement that is lost by a click is a fault, and acknowledged = stored again')

  // By keyboard, and the button that becomes another keeps the focus.
  await page.getByRole('button', { name: 'Stop broker 2' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('row', { name: /^2 stopped/ }).waitFor({ timeout })
  const restart = page.getByRole('button', { name: 'Start broker 2' })
  await restart.waitFor({ timeout })
  assert.equal(await restart.evaluate((element) => element === document.activeElement), true)
  await page.keyboard.press('Enter')
  await page.getByRole('row', { name: /^2 running/ }).waitFor({ timeout })
  console.log('a broker stops and starts by keyboard')

  await page.getByRole('button', { name: 'Freeze all brokers' }).click()
  await page.getByRole('row', { name: /^1 frozen/ }).waitFor({ timeout })
  await page.getByRole('row', { name: /^Records waiting [1-9]/ }).waitFor({ timeout })
  await page.getByRole('button', { name: 'Thaw all brokers' }).click()
  await page.getByRole('row', { name: /^1 running/ }).waitFor({ timeout })
  await until(page, (count) => Number(document.getElementById('rate')?.textContent) > count, 0)
  console.log('records wait while all is frozen, and flow again')

  for (const [name, width, colorScheme, fullPage] of [
    ['live-page', 1100, 'light', true],
    ['live-page-phone', 360, 'dark', false],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${wide} px wide at ${width} px`)
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage })
  }
  console.log('nothing overflows at 360 px')
  assert.deepEqual({ complaints, foreign }, { complaints: [], foreign: [] })
  console.log('nothing in the console, no request to anybody else')

  await demo.end()
  await until(page, () => document.getElementById('connection')?.dataset['state'] === 'broken', undefined)
  assert.match(await page.locator('#connection').innerText(), /numbers are from \d/)
  console.log('a stream that breaks is told')
}

const demo = await startDemo()
// Without its sandbox where the process is root, which it refuses otherwise.
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  await prove(await browser.newPage({ viewport: { width: 1100, height: 800 } }), demo)
} finally {
  await browser.close()
  await demo.end()
}
