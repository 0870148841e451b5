/** Sub-buckets of each power of two: sixteen bound the error by 1/16. */
const subBuckets = 16
/** From one microsecond to about an hour. */
const octaves = 32

/** Latencies in buckets whose width grows with the value: constant memory, percentiles within 6 %. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(octaves * subBuckets)
  #total = 0
  #maxMs = 0

  record(ms: number): void {
    this.#counts[bucketOf(ms)]!++
    this.#total++
    if (ms > this.#maxMs) this.#maxMs = ms
  }

  get maxMs(): number {
    return this.#maxMs
  }

  /** The latency in milliseconds that a share (0 to 1) of all records did not exceed; 0 without records. */
  percentile(share: number): number {
    let left = Math.ceil(this.#total * share)
    for (let bucket = 0; bucket < this.#counts.length && left > 0; bucket++) {
      left -= this.#counts[bucket]!
      if (left <= 0) return Math.min(upperBoundMs(bucket), this.#maxMs)
    }
    return this.#maxMs
  }
}

function bucketOf(ms: number): number {
  const us = Math.max(1, ms * 1000)
  const octave = Math.min(octaves - 1, Math.floor(Math.log2(us)))
  const within = Math.min(subBuckets - 1, Math.floor((us / 2 ** octave - 1) * subBuckets))
  return octave * subBuckets + within
}

function upperBoundMs(bucket: number): number {
  const octave = Math.floor(bucket / subBuckets)
  return (2 ** octave * (1 + ((bucket % subBuckets) + 1) / subBuckets)) / 1000
}
