/** `node tooling/log-scan/src/main.ts`: scans the log lines that tests have left, of a whole run or of one by hand. */
import { join } from 'node:path'
import { describeLogScan } from './describe-log-scan.ts'
import { isClean, scanLogLines } from './scan-log-lines.ts'

const scan = scanLogLines(join(import.meta.dirname, '../../..'))
for (const line of describeLogScan(scan)) console.log(line)
process.exitCode = isClean(scan) ? 0 : 1
