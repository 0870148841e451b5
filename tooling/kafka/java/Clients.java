import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.quota.*;
import org.apache.kafka.common.serialization.*;

/**
 * Drives Kafka's own Java clients through as many requests as is sensible, for src/capture-golden.ts, which records
 * what passes between them and the broker. Arguments: bootstrap servers, bootstrap servers with SASL.
 */
public class Clients {
    static final long baseTimestamp = 1_700_000_000_000L;

    public static void main(String[] args) throws Exception {
        String bootstrap = args[0];
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "client.id", "java-admin"))) {
            createTopics(admin);
            for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) produce(bootstrap, compression);
            transact(bootstrap);
            consume(bootstrap);
            administrate(admin);
        }
        sasl(args[1]);
    }

    static void createTopics(Admin admin) throws Exception {
        List<NewTopic> topics = new ArrayList<>();
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd"))
            topics.add(new NewTopic("java-" + compression, 1, (short) 1));
        topics.add(new NewTopic("java-txn", 1, (short) 1));
        topics.add(new NewTopic("java-append-time", 1, (short) 1).configs(Map.of("message.timestamp.type", "LogAppendTime")));
        topics.add(new NewTopic("java-spare", Map.of(0, List.of(0))));
        // One a request: the answer repeats all settings of each topic.
        for (NewTopic topic : topics) admin.createTopics(List.of(topic)).all().get();
        admin.createTopics(List.of(new NewTopic("java-spare", 1, (short) 1)), new CreateTopicsOptions().validateOnly(true))
            .all().toCompletionStage().toCompletableFuture().exceptionally(e -> null).get();
    }

    static Map<String, Object> producerConfig(String bootstrap) {
        // A long linger makes each flush one batch.
        return new HashMap<>(Map.of("bootstrap.servers", bootstrap, "client.id", "java-producer", "linger.ms", 60000,
            "key.serializer", ByteArraySerializer.class, "value.serializer", ByteArraySerializer.class));
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Null and empty keys and values, headers that repeat or are null, text beyond ASCII, enough likeness to compress. */
    static void sendMixture(Producer<byte[], byte[]> producer, String topic) {
        List<Header> headers = List.of(new RecordHeader("content-type", bytes("text/plain")),
            new RecordHeader("twice", bytes("1")), new RecordHeader("twice", bytes("2")), new RecordHeader("none", (byte[]) null),
            new RecordHeader("\u00fcml\u00e4ut", new byte[] {0, (byte) 0xff}));
        producer.send(new ProducerRecord<>(topic, 0, baseTimestamp, bytes("key-1"), bytes("value-1"), headers));
        producer.send(new ProducerRecord<>(topic, 0, baseTimestamp + 1, null, bytes("no key")));
        producer.send(new ProducerRecord<>(topic, 0, baseTimestamp - 5000, bytes("tombstone"), (byte[]) null, List.<Header>of()));
        producer.send(new ProducerRecord<>(topic, 0, baseTimestamp + 70000, new byte[0], new byte[0]));
        producer.send(new ProducerRecord<>(topic, 0, baseTimestamp, bytes("\u0142\u20ac\ud83d\ude00"), bytes("\u0142\u20ac\ud83d\ude00")));
        for (int i = 0; i < 20; i++)
            producer.send(new ProducerRecord<>(topic, 0, baseTimestamp + i, bytes("k" + i), bytes("a value that looks like the one before, number " + i)));
        producer.flush();
    }

    static void produce(String bootstrap, String compression) {
        Map<String, Object> config = producerConfig(bootstrap);
        config.put("compression.type", compression);
        // Both kinds of batches: with a producer id and without.
        config.put("enable.idempotence", !compression.equals("none"));
        config.put("acks", compression.equals("none") ? "1" : "all");
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(config)) {
            sendMixture(producer, "java-" + compression);
            if (!compression.equals("none")) {
                producer.send(new ProducerRecord<>("java-" + compression, 0, baseTimestamp, bytes("second"), bytes("batch")));
                producer.flush();
            }
            if (compression.equals("gzip")) sendMixture(producer, "java-append-time");
        }
    }

    @SuppressWarnings("removal") // Offsets for a group without members: no consumer here knows its metadata.
    static void transact(String bootstrap) {
        Map<String, Object> config = producerConfig(bootstrap);
        config.put("transactional.id", "java-transactions");
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(config)) {
            producer.initTransactions();
            producer.beginTransaction();
            sendMixture(producer, "java-txn");
            producer.sendOffsetsToTransaction(Map.of(new TopicPartition("java-none", 0), new OffsetAndMetadata(3, Optional.of(0), "note")),
                new ConsumerGroupMetadata("java-txn-group", -1, "", Optional.empty()));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("java-txn", 0, baseTimestamp, bytes("aborted"), bytes("aborted")));
            producer.flush();
            producer.abortTransaction();
        }
    }

    static void consume(String bootstrap) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "client.id", "java-consumer",
            "group.id", "java-group", "auto.offset.reset", "earliest", "isolation.level", "read_committed", "heartbeat.interval.ms", 100,
            "key.deserializer", ByteArrayDeserializer.class, "value.deserializer", ByteArrayDeserializer.class));
        config.put("enable.auto.commit", false);
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
            consumer.subscribe(List.of("java-none", "java-gzip", "java-txn", "java-append-time"));
            int seen = 0;
            while (seen < 101) seen += consumer.poll(Duration.ofMillis(200)).count();
            consumer.commitSync();
            TopicPartition partition = new TopicPartition("java-none", 0);
            consumer.committed(Set.of(partition));
            consumer.offsetsForTimes(Map.of(partition, baseTimestamp));
            consumer.endOffsets(List.of(partition));
            long until = System.currentTimeMillis() + 400;
            while (System.currentTimeMillis() < until) consumer.poll(Duration.ofMillis(100));
        }
    }

    static void administrate(Admin admin) throws Exception {
        TopicPartition spare = new TopicPartition("java-spare", 0);
        TopicPartition none = new TopicPartition("java-none", 0);
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "java-spare");
        admin.listTopics().names().get();
        admin.describeTopics(List.of("java-spare", "java-txn")).allTopicNames().get();
        admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true)).nodes().get();
        admin.describeConfigs(List.of(topic), new DescribeConfigsOptions().includeSynonyms(true)).all().get();
        admin.incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(new ConfigEntry("retention.ms", "3600000"), AlterConfigOp.OpType.SET)))).all().get();
        admin.createPartitions(Map.of("java-spare", NewPartitions.increaseTo(2))).all().get();
        admin.listOffsets(Map.of(none, OffsetSpec.latest())).all().get();
        admin.describeLogDirs(List.of(0)).allDescriptions().get();
        admin.alterPartitionReassignments(Map.of(spare, Optional.of(new NewPartitionReassignment(List.of(0))))).all().get();
        admin.listPartitionReassignments().reassignments().get();
        admin.listGroups().all().get();
        admin.describeClassicGroups(List.of("java-group")).all().get();
        admin.listConsumerGroupOffsets("java-txn-group").partitionsToOffsetAndMetadata().get();
        admin.alterConsumerGroupOffsets("java-spare-group", Map.of(none, new OffsetAndMetadata(2))).all().get();
        admin.deleteConsumerGroupOffsets("java-spare-group", Set.of(none)).all().get();
        admin.deleteConsumerGroups(List.of("java-spare-group", "java-group")).all().get();
        admin.deleteRecords(Map.of(none, RecordsToDelete.beforeOffset(2))).lowWatermarks().get(none).get();
        admin.describeProducers(List.of(new TopicPartition("java-txn", 0))).all().get();
        admin.deleteTopics(List.of("java-spare")).all().get();
    }

    static void sasl(String bootstrap) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "client.id", "java-sasl", "security.protocol", "SASL_PLAINTEXT",
            "sasl.mechanism", "SCRAM-SHA-512",
            "sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"golden\" password=\"golden-password\";");
        try (Admin admin = Admin.create(config)) {
            admin.describeCluster().nodes().get();
        }
    }
}
