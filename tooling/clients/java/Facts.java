import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;

/** What all facts share: where the cluster is, clients that give up soon, and a line of JSON for what a fact saw. */
final class Facts {
    interface Observation {
        Object observe() throws Exception;
    }

    interface Attempt {
        void run() throws Exception;
    }

    final String bootstrap;
    final Admin admin;
    private final String prefix;
    private final Set<String> leftOut;
    private final ObjectMapper json = new ObjectMapper();

    /** @param leftOut requests that this cluster openly does without: facts that need one are not run */
    Facts(String bootstrap, String prefix, Set<String> leftOut) {
        this.bootstrap = bootstrap;
        this.prefix = prefix;
        this.leftOut = leftOut;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "client.id", "java-admin",
            "default.api.timeout.ms", 10000, "request.timeout.ms", 9000));
    }

    void fact(String name, Observation observation) throws Exception {
        factWith(null, name, observation);
    }

    /** A fact that needs a request which not every cluster has. */
    void factWith(String request, String name, Observation observation) throws Exception {
        Map<String, Object> line = new LinkedHashMap<>(Map.of("fact", name));
        if (request != null && isLeftOut(request)) {
            line.put("leftOut", request);
        } else {
            try {
                line.put("observed", observation.observe());
            } catch (Exception e) {
                line.put("error", nameOf(e) + ": " + e.getMessage());
            }
        }
        System.out.println(json.writeValueAsString(line));
    }

    boolean isLeftOut(String request) {
        return leftOut.contains(request);
    }

    /** The class of the exception that a user catches, without the future's wrapping; "none" when nothing was thrown. */
    static String failureOf(Attempt attempt) {
        try {
            attempt.run();
            return "none";
        } catch (Exception e) {
            return nameOf(e);
        }
    }

    static String nameOf(Throwable e) {
        return (e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e).getClass().getSimpleName();
    }

    /** A name of this run alone. */
    String named(String name) {
        return prefix + "-" + name;
    }

    /** Creates a topic with as many copies as the cluster gives by default, and gives its name. */
    String topic(String name, int partitions, Map<String, String> config) throws Exception {
        String topic = named(name);
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(config))).all().get();
        described(topic, partitions);
        return topic;
    }

    /** The topic with that many partitions, when it has them or three seconds have passed: brokers hear of it after the answer. */
    TopicDescription described(String topic, int partitions) throws Exception {
        long deadline = System.currentTimeMillis() + 3000;
        while (true) {
            try {
                TopicDescription described = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
                if (described.partitions().size() == partitions || System.currentTimeMillis() > deadline) return described;
            } catch (ExecutionException e) {
                if (System.currentTimeMillis() > deadline) throw e;
            }
        }
    }

    KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "client.id", "java-producer",
            "delivery.timeout.ms", 10000, "request.timeout.ms", 9000, "max.block.ms", 10000, "linger.ms", 0));
        config.putAll(more);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "client.id", "java-consumer",
            "auto.offset.reset", "earliest", "enable.auto.commit", false, "heartbeat.interval.ms", 200,
            "session.timeout.ms", 6000, "default.api.timeout.ms", 10000, "request.timeout.ms", 9000,
            "group.protocol", "classic"));
        config.put("fetch.max.wait.ms", 100);
        config.putAll(more);
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    /** Sends the numbers from 0 to count - 1 to partition 0 and waits for all of them. */
    void fill(String topic, int count) throws Exception {
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < count; i++) producer.send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L + i, "k" + i, "" + i));
            producer.flush();
        }
    }

    static List<String> values(Iterable<ConsumerRecord<String, String>> records) {
        List<String> values = new ArrayList<>();
        for (ConsumerRecord<String, String> record : records) values.add(record.value());
        return values;
    }

    /** Polls until that many records came, or for five seconds. */
    static List<ConsumerRecord<String, String>> poll(Consumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        long deadline = System.currentTimeMillis() + 5000;
        while (records.size() < count && System.currentTimeMillis() < deadline)
            consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        return records;
    }

    /** Everything in partition 0, up to what the isolation level says is its end. */
    List<ConsumerRecord<String, String>> readAll(String topic, String isolation) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (var consumer = consumer(Map.of("isolation.level", isolation))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long deadline = System.currentTimeMillis() + 5000;
            while (consumer.position(partition) < end && System.currentTimeMillis() < deadline)
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        }
        return records;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
