/**
 * Keeps every log line of the test run, and looks for secrets, addresses and payloads in them.
 *
 * @module
 */
export { describeLogScan } from './describe-log-scan.ts'
export { isClean, scanLogLines, type LogFinding, type LogScan } from './scan-log-lines.ts'
