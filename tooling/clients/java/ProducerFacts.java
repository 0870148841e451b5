import java.util.*;
import java.util.concurrent.Future;
import java.util.stream.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** What KafkaProducer sees. */
final class ProducerFacts {
    static void run(Facts facts) throws Exception {
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd"))
            facts.fact("keeps the order of an idempotent producer with five requests in flight, compression " + compression,
                () -> idempotent(facts, compression));

        facts.fact("returns null and empty values, and headers that repeat or are null", () -> {
            String topic = facts.topic("mixture", 1, Map.of());
            List<Header> headers = List.of(new RecordHeader("twice", Facts.bytes("1")), new RecordHeader("twice", Facts.bytes("2")),
                new RecordHeader("none", (byte[]) null));
            try (var producer = facts.producer(Map.of())) {
                producer.send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L, "key", null, headers));
                producer.send(new ProducerRecord<>(topic, 0, 1_700_000_000_001L, null, "", List.of()));
            }
            return facts.readAll(topic, "read_uncommitted").stream().map(record -> Arrays.asList(record.key(), record.value(), record.timestamp(),
                StreamSupport.stream(record.headers().spliterator(), false)
                    .map(header -> header.key() + "=" + (header.value() == null ? null : new String(header.value()))).toList())).toList();
        });
        facts.fact("gives offsets for acks 1 and none for acks 0", () -> {
            String topic = facts.topic("acks", 1, Map.of());
            List<Object> offsets = new ArrayList<>();
            for (String acks : List.of("1", "0"))
                try (var producer = facts.producer(Map.of("acks", acks, "enable.idempotence", false))) {
                    offsets.add(producer.send(new ProducerRecord<>(topic, 0, "k", acks)).get().offset());
                }
            return List.of(offsets, Facts.values(facts.readAll(topic, "read_uncommitted")));
        });
        facts.fact("refuses a record over the topic's max.message.bytes, alone", () -> {
            String topic = facts.topic("large", 1, Map.of("max.message.bytes", "10000"));
            try (var producer = facts.producer(Map.of())) {
                String failure = Facts.failureOf(() -> producer.send(new ProducerRecord<>(topic, 0, "k", "x".repeat(20000))).get());
                return List.of(failure, producer.send(new ProducerRecord<>(topic, 0, "k", "small")).get().offset());
            }
        });
        facts.fact("splits a batch that is too large for the topic", () -> {
            String topic = facts.topic("split", 1, Map.of("max.message.bytes", "2000"));
            try (var producer = facts.producer(Map.of("linger.ms", 1000, "batch.size", 16000))) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < 10; i++) sent.add(producer.send(new ProducerRecord<>(topic, 0, "k", "x".repeat(1000))));
                producer.flush();
                List<Long> offsets = new ArrayList<>();
                for (Future<RecordMetadata> each : sent) offsets.add(each.get().offset());
                return offsets;
            }
        });
        facts.fact("names a bad topic name", () -> {
            try (var producer = facts.producer(Map.of())) {
                return Facts.failureOf(() -> producer.send(new ProducerRecord<>("bad name!", "k", "v")).get());
            }
        });
        facts.fact("stamps records with the broker's time when the topic says LogAppendTime", () -> {
            String topic = facts.topic("append-time", 1, Map.of("message.timestamp.type", "LogAppendTime"));
            try (var producer = facts.producer(Map.of())) {
                RecordMetadata sent = producer.send(new ProducerRecord<>(topic, 0, 1000L, "k", "v")).get();
                var read = facts.readAll(topic, "read_uncommitted").get(0);
                return List.of(sent.timestamp() > 1_700_000_000_000L, sent.timestamp() == read.timestamp(), read.timestampType().toString());
            }
        });
        facts.fact("refuses a record without a key in a compacted topic", () -> {
            String topic = facts.topic("compacted", 1, Map.of("cleanup.policy", "compact"));
            try (var producer = facts.producer(Map.of())) {
                return Facts.failureOf(() -> producer.send(new ProducerRecord<>(topic, 0, null, "v")).get());
            }
        });
        facts.fact("refuses a timestamp over an hour ahead", () -> {
            String topic = facts.topic("ahead", 1, Map.of());
            try (var producer = facts.producer(Map.of())) {
                return Facts.failureOf(() -> producer.send(new ProducerRecord<>(topic, 0, System.currentTimeMillis() + 7_200_000, "k", "v")).get());
            }
        });
        facts.fact("goes to the partitions of all leaders, by the key's murmur2", () -> {
            String topic = facts.topic("spread", 6, Map.of());
            try (var producer = facts.producer(Map.of())) {
                int partitions = producer.partitionsFor(topic).size();
                List<Integer> chosen = new ArrayList<>();
                for (int i = 0; i < 8; i++) chosen.add(producer.send(new ProducerRecord<>(topic, "k" + i, "v")).get().partition());
                return List.of(partitions, chosen);
            }
        });
    }

    private static Object idempotent(Facts facts, String compression) throws Exception {
        String topic = facts.topic("idempotent-" + compression, 1, Map.of());
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = facts.producer(Map.of("acks", "all", "enable.idempotence", true, "batch.size", 1000,
                "max.in.flight.requests.per.connection", 5, "compression.type", compression))) {
            for (int i = 0; i < 500; i++) sent.add(producer.send(new ProducerRecord<>(topic, 0, "key", "a value that repeats, number " + i)));
            producer.flush();
        }
        List<Long> offsets = new ArrayList<>();
        for (Future<RecordMetadata> each : sent) offsets.add(each.get().offset());
        List<String> read = Facts.values(facts.readAll(topic, "read_uncommitted"));
        List<String> expected = IntStream.range(0, 500).mapToObj(i -> "a value that repeats, number " + i).toList();
        return Map.of("acknowledged", offsets.size(), "offsetsInOrder", offsets.equals(LongStream.range(0, 500).boxed().toList()),
            "readInOrder", read.equals(expected));
    }
}
