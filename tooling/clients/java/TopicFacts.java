import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;

/** What Admin sees of topics, their settings and their logs. */
final class TopicFacts {
    static void run(Facts facts) throws Exception {
        Admin admin = facts.admin;
        String topic = facts.topic("admin", 2, Map.of("retention.ms", "1000000"));
        TopicPartition partition = new TopicPartition(topic, 0);
        facts.fill(topic, 10);

        facts.fact("Admin learns what it created, in the answer", () -> {
            String name = facts.named("created");
            CreateTopicsResult created = admin.createTopics(List.of(new NewTopic(name, Optional.of(3), Optional.empty()).configs(Map.of("retention.ms", "77"))));
            return List.of(created.numPartitions(name).get(), created.config(name).get().get("retention.ms").value(),
                created.topicId(name).get().equals(facts.described(name, 3).topicId()));
        });
        facts.fact("Admin is told why a topic cannot be created", () -> List.of(
            create(admin, new NewTopic(topic, 1, (short) 1)),
            create(admin, new NewTopic(facts.named("no-partitions"), 0, (short) 1)),
            create(admin, new NewTopic(facts.named("replicas"), 1, (short) 99)),
            create(admin, new NewTopic("bad name!", 1, (short) 1)),
            create(admin, new NewTopic(facts.named("config"), 1, (short) 1).configs(Map.of("retention.ms", "long"))),
            create(admin, new NewTopic(facts.named("setting"), 1, (short) 1).configs(Map.of("no.such.setting", "1"))),
            create(admin, new NewTopic(facts.named("gap"), Map.of(1, List.of(0))))));
        facts.fact("Admin creates nothing when it only validates", () -> {
            String name = facts.named("validated");
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1)), new CreateTopicsOptions().validateOnly(true)).all().get();
            return List.of(admin.listTopics().names().get().contains(name), Facts.failureOf(() -> admin.describeTopics(List.of(name)).allTopicNames().get()));
        });
        facts.fact("Admin describes a topic by name and by id", () -> {
            TopicDescription byName = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            TopicDescription byId = admin.describeTopics(TopicCollection.ofTopicIds(List.of(byName.topicId()))).allTopicIds().get().get(byName.topicId());
            TopicPartitionInfo first = byName.partitions().get(0);
            return List.of(byName.partitions().size(), byName.isInternal(), first.replicas().contains(first.leader()),
                first.isr().size() == first.replicas().size(), byId.name().equals(topic));
        });
        facts.fact("Admin knows the cluster", () -> {
            DescribeClusterResult cluster = admin.describeCluster();
            Collection<Node> nodes = cluster.nodes().get();
            return List.of(nodes.size() == facts.bootstrap.split(",").length, nodes.contains(cluster.controller().get()), !cluster.clusterId().get().isEmpty());
        });
        facts.fact("Admin finds the earliest, the latest, the one at a time and the one with the latest time", () -> {
            List<Long> offsets = new ArrayList<>();
            for (OffsetSpec spec : List.of(OffsetSpec.earliest(), OffsetSpec.latest(), OffsetSpec.forTimestamp(1_700_000_000_004L),
                    OffsetSpec.forTimestamp(1_800_000_000_000L), OffsetSpec.maxTimestamp()))
                offsets.add(admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get().offset());
            return offsets;
        });
        facts.fact("Admin adds partitions, and takes none away", () -> {
            String name = facts.topic("grow", 1, Map.of());
            admin.createPartitions(Map.of(name, NewPartitions.increaseTo(3))).all().get();
            return List.of(facts.described(name, 3).partitions().size(),
                Facts.failureOf(() -> admin.createPartitions(Map.of(name, NewPartitions.increaseTo(2))).all().get()),
                Facts.failureOf(() -> admin.createPartitions(Map.of(facts.named("nowhere"), NewPartitions.increaseTo(2))).all().get()));
        });
        facts.fact("Admin sets, appends to, subtracts from and unsets a topic's settings", () -> {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            List<Object> seen = new ArrayList<>();
            for (AlterConfigOp op : List.of(op("retention.ms", "5000", AlterConfigOp.OpType.SET), op("cleanup.policy", "compact", AlterConfigOp.OpType.APPEND),
                    op("cleanup.policy", "delete", AlterConfigOp.OpType.SUBTRACT), op("retention.ms", "", AlterConfigOp.OpType.DELETE))) {
                admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
                Config config = eventually(admin, resource, op);
                ConfigEntry entry = config.get(op.configEntry().name());
                seen.add(List.of(entry.value(), entry.source().toString()));
            }
            seen.add(Facts.failureOf(() -> admin.incrementalAlterConfigs(Map.of(resource, List.of(op("retention.ms", "soon", AlterConfigOp.OpType.SET)))).all().get()));
            seen.add(Facts.failureOf(() -> admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, facts.named("nowhere")),
                List.of(op("retention.ms", "1", AlterConfigOp.OpType.SET)))).all().get()));
            return seen;
        });
        facts.fact("Admin reads a broker's settings", () -> {
            String id = admin.describeCluster().nodes().get().iterator().next().idString();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, id);
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            return List.of(config.get("message.max.bytes").value(), config.get("offsets.topic.num.partitions").value());
        });
        facts.fact("Admin deletes records up to an offset, and none beyond the end", () -> {
            String name = facts.topic("records", 1, Map.of());
            TopicPartition first = new TopicPartition(name, 0);
            facts.fill(name, 10);
            long low = admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(4))).lowWatermarks().get(first).get().lowWatermark();
            String failure = Facts.failureOf(() -> admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(11))).all().get());
            List<String> left = Facts.values(facts.readAll(name, "read_uncommitted"));
            long all = admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(-1))).lowWatermarks().get(first).get().lowWatermark();
            return List.of(low, failure, left, all, admin.listOffsets(Map.of(first, OffsetSpec.earliest())).partitionResult(first).get().offset());
        });
        facts.fact("Admin deletes topics by name and by id, once", () -> {
            String name = facts.topic("by-name", 1, Map.of());
            Uuid id = facts.described(facts.topic("by-id", 1, Map.of()), 1).topicId();
            admin.deleteTopics(List.of(name)).all().get();
            admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
            return List.of(Facts.failureOf(() -> admin.deleteTopics(List.of(name)).all().get()),
                Facts.failureOf(() -> admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get()));
        });
        facts.fact("Admin gives a topic that was deleted and created again a new id", () -> {
            String name = facts.topic("again", 1, Map.of());
            Uuid before = facts.described(name, 1).topicId();
            facts.fill(name, 3);
            admin.deleteTopics(List.of(name)).all().get();
            facts.topic("again", 1, Map.of());
            Uuid after = facts.described(name, 1).topicId();
            return List.of(before.equals(after), facts.readAll(name, "read_uncommitted").size());
        });
        facts.factWith("DescribeLogDirs", "Admin learns the size of each copy of a partition", () -> {
            List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
            List<Boolean> filled = new ArrayList<>();
            for (Map<String, LogDirDescription> dirs : admin.describeLogDirs(brokers).allDescriptions().get().values())
                for (LogDirDescription dir : dirs.values())
                    if (dir.replicaInfos().containsKey(partition)) filled.add(dir.replicaInfos().get(partition).size() > 0);
            int copies = facts.described(topic, 2).partitions().get(0).replicas().size();
            return List.of(filled.size() == copies, !filled.contains(false));
        });
        facts.factWith("DescribeProducers", "Admin describes the producers of a partition", () ->
            admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers().size());
    }

    private static String create(Admin admin, NewTopic topic) {
        return Facts.failureOf(() -> admin.createTopics(List.of(topic)).all().get());
    }

    private static AlterConfigOp op(String name, String value, AlterConfigOp.OpType type) {
        return new AlterConfigOp(new ConfigEntry(name, value), type);
    }

    /** A broker hears of a change a moment after the controller has answered. */
    private static Config eventually(Admin admin, ConfigResource resource, AlterConfigOp op) throws Exception {
        long deadline = System.currentTimeMillis() + 3000;
        while (true) {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            String value = config.get(op.configEntry().name()).value();
            boolean arrived = switch (op.opType()) {
                case SET -> value.equals(op.configEntry().value());
                case APPEND -> value.contains(op.configEntry().value());
                case SUBTRACT -> !value.contains(op.configEntry().value());
                case DELETE -> config.get(op.configEntry().name()).source() == ConfigEntry.ConfigSource.DEFAULT_CONFIG;
            };
            if (arrived || System.currentTimeMillis() > deadline) return config;
        }
    }
}
