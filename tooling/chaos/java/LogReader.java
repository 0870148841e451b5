import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads whole topics with Kafka's own consumer and writes, for each, a file of lines "partition offset key number", where
 * the number is the value's first word; partitions are in offset order. Arguments: bootstrap servers, isolation level,
 * a folder for the files, and the topics.
 */
public final class LogReader {
    /** A reader that gets nothing for so long is stuck, and says so. */
    private static final long patienceMs = 60_000;

    public static void main(String[] args) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", args[0], "isolation.level", args[1],
            "enable.auto.commit", false, "auto.offset.reset", "none", "max.poll.records", 10_000,
            "key.deserializer", ByteArrayDeserializer.class, "value.deserializer", ByteArrayDeserializer.class);
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
            for (int i = 3; i < args.length; i++) read(consumer, args[i], Path.of(args[2], args[i] + ".log"));
        }
    }

    private static void read(Consumer<byte[], byte[]> consumer, String topic, Path file) throws Exception {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> missing = new HashMap<>(consumer.endOffsets(partitions));
        long heard = System.currentTimeMillis();
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            while (!missing.isEmpty()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    lines.append(String.valueOf(record.partition())).append(' ').append(String.valueOf(record.offset()))
                        .append(' ').append(new String(record.key(), StandardCharsets.UTF_8))
                        .append(' ').append(firstWord(record.value())).append('\n');
                }
                // By position, not by record: markers of transactions and aborted records are passed over in silence.
                boolean isNews = missing.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                if (!records.isEmpty() || isNews) heard = System.currentTimeMillis();
                if (System.currentTimeMillis() - heard > patienceMs)
                    throw new IllegalStateException(topic + " cannot be read to its end: missing " + missing);
            }
        }
    }

    private static String firstWord(byte[] value) {
        int end = 0;
        while (end < value.length && value[end] != ' ') end++;
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }
}
