import type { ReportProblem } from './report.ts'

/** A problem of the baseline, for forms that show a place in the working tree alone: its own is part of the message. */
export function withoutPlace(problem: ReportProblem): ReportProblem {
  const { file, line, column, message } = problem
  const place = [file, line, column].filter((part) => part !== null).join(':')
  const told = place === '' ? message : `${place}: ${message}`
  return { ...problem, file: null, line: null, column: null, message: told }
}
