const largest = 0x7fffffff

/** The sequence `by` steps later: after 2147483647 comes 0 (`DefaultRecordBatch.incrementSequence`). */
export function advanceSequence(sequence: number, by: number): number {
  return sequence > largest - by ? by - (largest - sequence) - 1 : sequence + by
}
