/**
 * Seconds. Those of OpenTelemetry's `messaging.*.duration`, one finer since a broker nearby acknowledges within a few
 * milliseconds, and two coarser: Kafka's default request timeout and delivery timeout.
 */
export const durationBuckets: readonly number[] = [
  0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 120,
]

/** Records of a batch, from one that nobody waited with to what fits into a full one. */
export const recordBuckets: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000]

/** Bytes of a batch: 256 B to 1 MiB, around the default batch size of 64 KiB. */
export const byteBuckets: readonly number[] = [256, 1024, 4096, 16384, 32768, 65536, 131072, 262144, 1048576]

/** Bytes on the wire per byte before compression; 1 is "none", above it compression costs bytes. */
export const ratioBuckets: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1]
