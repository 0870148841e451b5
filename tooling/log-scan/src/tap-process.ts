/** Loaded by `--import` into processes that tests start, before their program: keeps the lines of their pino loggers. */
import { LineRecorder } from './line-recorder.ts'
import { tapPino } from './tap-pino.ts'

const folder = new URL(import.meta.url).searchParams.get('folder')
if (folder !== null) tapPino(new LineRecorder(folder))
