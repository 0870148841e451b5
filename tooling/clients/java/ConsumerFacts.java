import java.time.Duration;
import java.util.*;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What KafkaConsumer sees when it is told what to read, and when it is alone in its group. */
final class ConsumerFacts {
    static void run(Facts facts) throws Exception {
        String topic = facts.topic("consumed", 1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        facts.fill(topic, 10);

        facts.fact("seeks to an offset, to the beginning and to the end", () -> {
            try (var consumer = facts.consumer(Map.of("max.poll.records", 2))) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, 7);
                List<String> fromSeven = Facts.values(Facts.poll(consumer, 3));
                consumer.seekToBeginning(List.of(partition));
                List<String> fromBeginning = Facts.values(Facts.poll(consumer, 2));
                consumer.seekToEnd(List.of(partition));
                return List.of(fromSeven, fromBeginning, consumer.position(partition));
            }
        });
        facts.fact("knows beginning and end, and the first offset at a time", () -> {
            try (var consumer = facts.consumer(Map.of())) {
                OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, 1_700_000_000_004L)).get(partition);
                OffsetAndTimestamp after = consumer.offsetsForTimes(Map.of(partition, 1_700_000_000_099L)).get(partition);
                return Arrays.asList(consumer.beginningOffsets(List.of(partition)).get(partition),
                    consumer.endOffsets(List.of(partition)).get(partition), found.offset(), found.timestamp(), after);
            }
        });
        facts.fact("throws at an offset out of range when no reset is allowed", () -> {
            try (var consumer = facts.consumer(Map.of("auto.offset.reset", "none"))) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, 1000);
                return Facts.failureOf(() -> Facts.poll(consumer, 1));
            }
        });
        facts.fact("goes back to the earliest record when its offset is out of range", () -> {
            try (var consumer = facts.consumer(Map.of("auto.offset.reset", "earliest"))) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, 1000);
                return Facts.values(Facts.poll(consumer, 10)).get(0);
            }
        });
        facts.fact("throws without a committed offset when no reset is allowed", () -> {
            try (var consumer = facts.consumer(Map.of("group.id", facts.named("no-offset"), "auto.offset.reset", "none"))) {
                consumer.assign(List.of(partition));
                return Facts.failureOf(() -> Facts.poll(consumer, 1));
            }
        });
        facts.fact("reads a record that is larger than its fetch limits", () -> {
            String large = facts.topic("large-fetch", 1, Map.of());
            try (var producer = facts.producer(Map.of())) {
                for (int i = 0; i < 3; i++) producer.send(new ProducerRecord<>(large, 0, "k", "x".repeat(50_000))).get();
            }
            try (var consumer = facts.consumer(Map.of("max.partition.fetch.bytes", 1000, "fetch.max.bytes", 1000))) {
                consumer.assign(List.of(new TopicPartition(large, 0)));
                return Facts.poll(consumer, 3).size();
            }
        });
        facts.fact("commits offset and metadata, and goes on from there", () -> {
            Map<String, Object> group = Map.of("group.id", facts.named("resume"));
            try (var consumer = facts.consumer(group)) {
                consumer.subscribe(List.of(topic));
                Facts.poll(consumer, 10);
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(6, "half-way")));
            }
            try (var consumer = facts.consumer(group)) {
                consumer.subscribe(List.of(topic));
                List<String> rest = Facts.values(Facts.poll(consumer, 4));
                return List.of(rest, consumer.committed(Set.of(partition)).get(partition).metadata());
            }
        });
        facts.fact("commits on close when it commits automatically", () -> {
            Map<String, Object> group = Map.of("group.id", facts.named("automatic"), "enable.auto.commit", true);
            try (var consumer = facts.consumer(group)) {
                consumer.subscribe(List.of(topic));
                Facts.poll(consumer, 10);
            }
            try (var consumer = facts.consumer(group)) {
                return consumer.committed(Set.of(partition)).get(partition).offset();
            }
        });
        facts.fact("subscribes by pattern", () -> {
            String other = facts.topic("pattern-a", 1, Map.of());
            facts.topic("pattern-b", 2, Map.of());
            try (var consumer = facts.consumer(Map.of("group.id", facts.named("pattern")))) {
                consumer.subscribe(Pattern.compile(other.replaceAll("a$", "[ab]")));
                awaitAssignment(consumer, 3);
                return consumer.assignment().size();
            }
        });
        facts.fact("reads everything as read_committed when there are no transactions", () ->
            Facts.values(facts.readAll(topic, "read_committed")));
        facts.fact("lists the topics with their partitions", () -> {
            try (var consumer = facts.consumer(Map.of())) {
                return consumer.listTopics().get(facts.named("pattern-b")).size();
            }
        });
        facts.fact("waits for a record that comes later, and wakes at once", () -> {
            String late = facts.topic("late", 1, Map.of());
            try (var consumer = facts.consumer(Map.of("fetch.max.wait.ms", 5000))) {
                consumer.assign(List.of(new TopicPartition(late, 0)));
                consumer.poll(Duration.ofMillis(200));
                facts.fill(late, 1);
                long start = System.nanoTime();
                int count = consumer.poll(Duration.ofSeconds(4)).count();
                return List.of(count, System.nanoTime() - start < 2_000_000_000L);
            }
        });
    }

    /** Polls until the consumer has that many partitions, or for eight seconds. */
    static void awaitAssignment(Consumer<String, String> consumer, int count) {
        long deadline = System.currentTimeMillis() + 8000;
        while (consumer.assignment().size() != count && System.currentTimeMillis() < deadline) consumer.poll(Duration.ofMillis(20));
    }
}
