import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;

/** What transactional clients see. */
final class TransactionFacts {
    private static KafkaProducer<String, String> late;

    /** Brokers look for transactions that are late every ten seconds: this one is left open while other facts are asked. */
    static void beginLate(Facts facts) throws Exception {
        if (facts.isLeftOut("EndTxn")) return;
        String topic = facts.topic("txn-late", 1, Map.of());
        late = facts.producer(Map.of("transactional.id", facts.named("late"), "transaction.timeout.ms", 1000));
        late.initTransactions();
        late.beginTransaction();
        late.send(new ProducerRecord<>(topic, 0, "k", "late")).get();
    }

    static void run(Facts facts) throws Exception {
        transactional(facts, "shows committed records to read_committed and aborted ones to nobody who asks for it", () -> {
            String topic = facts.topic("txn-both", 1, Map.of());
            try (var producer = producer(facts, "both")) {
                producer.initTransactions();
                send(producer, topic, "committed", true);
                send(producer, topic, "aborted", false);
                send(producer, topic, "committed too", true);
            }
            return List.of(Facts.values(facts.readAll(topic, "read_committed")), Facts.values(facts.readAll(topic, "read_uncommitted")));
        });
        transactional(facts, "gives each marker an offset", () -> {
            String topic = facts.topic("txn-marker", 1, Map.of());
            TopicPartition partition = new TopicPartition(topic, 0);
            try (var producer = producer(facts, "marker")) {
                producer.initTransactions();
                send(producer, topic, "one", true);
                send(producer, topic, "two", false);
                return List.of(eventualEnd(facts, topic, 4), facts.readAll(topic, "read_uncommitted").stream().map(ConsumerRecord::offset).toList());
            }
        });
        transactional(facts, "holds read_committed before a transaction that is open", () -> {
            String topic = facts.topic("txn-open", 1, Map.of());
            try (var producer = producer(facts, "open")) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, "k", "open")).get();
                facts.fill(topic, 2);
                List<String> before = Facts.values(facts.readAll(topic, "read_committed"));
                producer.commitTransaction();
                eventualEnd(facts, topic, 4);
                return List.of(before, Facts.values(facts.readAll(topic, "read_committed")));
            }
        });
        transactional(facts, "fences a producer whose transactional id another took, and aborts what it left", () -> {
            String topic = facts.topic("txn-fence", 1, Map.of());
            try (var old = producer(facts, "fence"); var young = producer(facts, "fence")) {
                old.initTransactions();
                old.beginTransaction();
                old.send(new ProducerRecord<>(topic, 0, "k", "left behind")).get();
                young.initTransactions();
                String failure = Facts.failureOf(old::commitTransaction);
                send(young, topic, "successor", true);
                return List.of(failure, Facts.values(facts.readAll(topic, "read_committed")));
            }
        });
        transactional(facts, "fences a producer on the administrator's word", () -> {
            String topic = facts.topic("txn-fence-admin", 1, Map.of());
            try (var producer = producer(facts, "fence-admin")) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, "k", "left behind")).get();
                facts.admin.fenceProducers(List.of(facts.named("fence-admin"))).all().get();
                return List.of(Facts.failureOf(producer::commitTransaction), facts.readAll(topic, "read_committed").size());
            }
        });
        transactional(facts, "commits the offsets of a group with the transaction, or not at all", () -> {
            String input = facts.topic("txn-input", 1, Map.of());
            String output = facts.topic("txn-output", 1, Map.of());
            TopicPartition partition = new TopicPartition(input, 0);
            facts.fill(input, 10);
            List<Object> seen = new ArrayList<>();
            try (var producer = producer(facts, "transform");
                    var consumer = facts.consumer(Map.of("group.id", facts.named("transform"), "isolation.level", "read_committed"))) {
                producer.initTransactions();
                consumer.subscribe(List.of(input));
                List<ConsumerRecord<String, String>> records = Facts.poll(consumer, 10);
                for (boolean commits : List.of(false, true)) {
                    producer.beginTransaction();
                    for (var record : records) producer.send(new ProducerRecord<>(output, 0, record.key(), record.value() + "!"));
                    producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(10)), consumer.groupMetadata());
                    if (commits) producer.commitTransaction();
                    else producer.abortTransaction();
                    OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
                    seen.add(committed == null ? "none" : committed.offset());
                }
                seen.add(Facts.values(facts.readAll(output, "read_committed")));
                return seen;
            }
        });
        transactional(facts, "refuses a transaction timeout over the broker's limit", () -> {
            try (var producer = facts.producer(Map.of("transactional.id", facts.named("timeout"), "transaction.timeout.ms", 100_000_000))) {
                return Facts.failureOf(producer::initTransactions);
            }
        });
        transactional(facts, "aborts a transaction that outlives its timeout, and refuses its commit", () -> {
            String topic = facts.named("txn-late");
            // The marker is the second record.
            long end = eventualEnd(facts, topic, 2);
            return List.of(end, Facts.failureOf(late::commitTransaction), facts.readAll(topic, "read_committed").size());
        });
        transactional(facts, "spreads one transaction over many partitions", () -> {
            String topic = facts.topic("txn-wide", 6, Map.of());
            try (var producer = producer(facts, "wide")) {
                producer.initTransactions();
                producer.beginTransaction();
                for (int i = 0; i < 60; i++) producer.send(new ProducerRecord<>(topic, i % 6, "k", "" + i));
                producer.commitTransaction();
            }
            try (var consumer = facts.consumer(Map.of("isolation.level", "read_committed"))) {
                consumer.assign(consumer.partitionsFor(topic).stream().map(each -> new TopicPartition(topic, each.partition())).toList());
                return Facts.poll(consumer, 60).size();
            }
        });
    }

    static void closeLate() {
        if (late != null) late.close(Duration.ZERO);
    }

    private static void transactional(Facts facts, String name, Facts.Observation observation) throws Exception {
        facts.factWith("EndTxn", name, observation);
    }

    private static KafkaProducer<String, String> producer(Facts facts, String id) {
        return facts.producer(Map.of("transactional.id", facts.named(id)));
    }

    private static void send(Producer<String, String> producer, String topic, String value, boolean commits) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, "k", value));
        producer.flush();
        if (commits) producer.commitTransaction();
        else producer.abortTransaction();
    }

    /** The end of partition 0, when it is the one expected or fifteen seconds have passed: markers come after the answer. */
    private static long eventualEnd(Facts facts, String topic, long expected) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        long deadline = System.currentTimeMillis() + 15000;
        try (var consumer = facts.consumer(Map.of())) {
            while (true) {
                long end = consumer.endOffsets(List.of(partition)).get(partition);
                if (end >= expected || System.currentTimeMillis() > deadline) return end;
                Thread.sleep(20);
            }
        }
    }
}
