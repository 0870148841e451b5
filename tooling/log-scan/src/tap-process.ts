/** Loaded by `--import` into processes that tests start, before their program: keeps what they log. */
import { LineRecorder } from './line-recorder.ts'
import { tapPino } from './tap-pino.ts'
import { isApp, tapStream } from './tap-stream.ts'

const folder = new URL(import.meta.url).searchParams.get('folder')
if (folder !== null) {
  const recorder = new LineRecorder(folder)
  tapPino(recorder)
  if (isApp(process.argv[1])) {
    tapStream('stdout', process.stdout, recorder)
    tapStream('stderr', process.stderr, recorder)
  }
}
