import { expect } from 'vitest'
import type { ProducerHooks, ProducerRecord, SendTrace, Settled } from '../src/index.ts'

/** A trace that remembers how its record ended. */
export class KeptTrace implements SendTrace {
  readonly record: ProducerRecord
  readonly told: Settled[] = []
  readonly headers: SendTrace['headers']

  constructor(record: ProducerRecord, headers?: SendTrace['headers']) {
    this.record = record
    this.headers = headers
  }

  settled(settled: Settled): void {
    this.told.push(settled)
  }
}

/** An observer that keeps a trace of every send, in order. */
export function keepTraces(headers?: SendTrace['headers']): {
  readonly traces: readonly KeptTrace[]
  readonly hooks: ProducerHooks
} {
  const traces: KeptTrace[] = []
  const keep = (record: ProducerRecord): KeptTrace => {
    const trace = new KeptTrace(record, headers)
    traces.push(trace)
    return trace
  }
  return { traces, hooks: { onSend: keep, onReplay: keep } }
}

/** The law of traces: each hears once how its record ended, and of whatever becomes known afterwards as late. */
export function expectEndsTold(traces: readonly KeptTrace[]): void {
  const wrong = traces.filter(({ told }) => told.length === 0 || told.some(({ late }, i) => late !== i > 0))
  expect(wrong.map(({ told }) => told.map(({ status, late }) => (late ? `${status} late` : status)))).toEqual(
    [],
  )
}
