/** A question, and the expression that answers it. */
export interface Recipe {
  readonly question: string
  readonly expr: string
  /** What to know when reading the answer. */
  readonly note: string
}

/** What one asks Prometheus by hand. */
export const recipes: readonly Recipe[] = [
  {
    question: 'How many records a second does each service bring into each topic?',
    expr: 'sum by (client_id, topic) (rate(kafka_producer_messages_sent_total[5m]))',
    note: '`client_id` is the name of the service, the same for all its instances.',
  },
  {
    question: 'Which share of the records is not delivered?',
    expr: 'sum by (client_id) (rate(kafka_producer_send_duration_seconds_count{outcome!~"delivered|spooled|dead-lettered"}[5m])) / sum by (client_id) (rate(kafka_producer_send_duration_seconds_count[5m]))',
    note: 'The histogram counts every outcome once, so it serves for shares where no record was ever delivered, too.',
  },
  {
    question: 'Why do records fail, the most frequent reason first?',
    expr: 'sort_desc(sum by (error_kind, outcome) ((kafka_producer_messages_failed_total unless kafka_producer_messages_failed_total offset 1h) or increase(kafka_producer_messages_failed_total[1h])))',
    note: '`outcome` says whether sending again is safe: after `not-sent` and `rejected` it is.',
  },
  {
    question: 'How long do sends take?',
    expr: 'histogram_quantile(0.99, sum by (client_id, le) (rate(kafka_producer_send_duration_seconds_bucket{outcome="delivered"}[5m])))',
    note: 'Percentiles of instances must not be averaged; sum the buckets first, as here.',
  },
  {
    question: 'Do records wait in the producer, or at a broker?',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(kafka_producer_queue_wait_seconds_bucket[5m]))) / histogram_quantile(0.95, sum by (le) (rate(kafka_producer_request_duration_seconds_bucket[5m])))',
    note: 'Far above 1: too much is sent for the connections. Far below 1: brokers are slow.',
  },
  {
    question: 'Which broker is slow?',
    expr: 'topk(3, histogram_quantile(0.99, sum by (broker, le) (rate(kafka_producer_request_duration_seconds_bucket[5m]))))',
    note: 'A request holds batches of several topics, so there is no topic here.',
  },
  {
    question: 'Is anything frozen before a deadline has passed?',
    expr: 'kafka_producer_queue_size > 0 and on (job, instance, client_id) time() - kafka_producer_last_delivery_timestamp_seconds > 10',
    note: '`kafka_producer_connected` alone turns 0 only when a deadline has passed.',
  },
  {
    question: 'Were there dead letters at all, the first one included?',
    expr: 'sum by (topic, disposition) ((kafka_dlq_messages_total unless kafka_dlq_messages_total offset 1h) or increase(kafka_dlq_messages_total[1h])) > 0',
    note: '`increase` alone misses the event that begins a time series; the left side counts it.',
  },
  {
    question: 'How long until the local disk is worked off?',
    expr: 'kafka_producer_spool_records / on (job, instance, client_id) rate(kafka_producer_spool_replayed_total[5m])',
    note: 'Seconds, if it goes on like this. Infinite while the cluster is away.',
  },
  {
    question: 'How many records does a batch hold, and what does compression bring?',
    expr: 'sum by (client_id) (rate(kafka_producer_compression_ratio_sum[5m])) / sum by (client_id) (rate(kafka_producer_compression_ratio_count[5m]))',
    note: 'For records a batch put `kafka_producer_batch_records` in its place.',
  },
  {
    question: 'What do senders of a channel get to hear?',
    expr: 'sum by (channel, outcome) (rate(intake_messages_total[5m]))',
    note: 'A request that was refused before its channel was known is in `intake_http_responses_total` only.',
  },
  {
    question: 'How often do providers send the same event again?',
    expr: 'sum by (channel) (rate(intake_events_total{kind="duplicate"}[1h])) / sum by (channel) (rate(intake_events_total{kind!="duplicate"}[1h]))',
    note: 'A duplicate was answered as published, and counts as both. Rising shares mean that answers come later than the provider waits.',
  },
  {
    question: 'Which values do not fit their schema?',
    expr: 'sum by (operation, topic, code) ((schema_codec_failures_total unless schema_codec_failures_total offset 1h) or increase(schema_codec_failures_total[1h])) > 0',
    note: '`VALUE_INVALID` is the program; a code that begins with `REGISTRY_` is the registry.',
  },
]
