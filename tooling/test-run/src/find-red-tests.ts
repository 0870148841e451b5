import type { ReportPlace } from './find-reports.ts'

/** A test that failed, or that passed only when it was tried again. */
export interface RedTest {
  readonly kind: 'failed' | 'passed on a further try'
  /** As the runner wrote it: absolute. */
  readonly file: string
  /** Suites and name; empty where the file failed outside of its tests. */
  readonly name: string
  /** The first error, with its stack. */
  readonly reason: string
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** What a reader must look at, of all reports that can be read: the output of a long run is too long to be searched. */
export function findRedTests(places: readonly ReportPlace[]): readonly RedTest[] {
  return places.flatMap(({ text }) => (text === undefined ? [] : redTestsOf(text)))
}

function redTestsOf(text: string): readonly RedTest[] {
  return parseReport(text).testResults.flatMap((file): readonly RedTest[] => {
    const red = file.assertionResults.flatMap(
      ({ status, fullName, failureMessages = [] }): readonly RedTest[] => {
        const [reason = ''] = failureMessages
        if (status === 'failed') return [{ kind: 'failed', file: file.name, name: fullName, reason }]
        // Of a test that passed, the runner keeps the errors of its earlier tries.
        if (status !== 'passed' || failureMessages.length === 0) return []
        return [{ kind: 'passed on a further try', file: file.name, name: fullName, reason }]
      },
    )
    if (file.status !== 'failed' || red.some(({ kind }) => kind === 'failed')) return red
    const reason = file.message ?? ''
    return [...red, { kind: 'failed', file: file.name, name: '', reason }]
  })
}

/** A report that cannot be read is a problem that `tallyReports` names. */
function parseReport(text: string): VitestReport {
  try {
    return JSON.parse(text) as VitestReport
  } catch (error) {
    if (error instanceof SyntaxError) return { testResults: [] }
    throw error
  }
}
