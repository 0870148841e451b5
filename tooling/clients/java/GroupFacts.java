import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.*;

/** What groups of KafkaConsumers see of each other, and what Admin sees of groups. */
final class GroupFacts {
    static void run(Facts facts) throws Exception {
        String topic = facts.topic("shared", 4, Map.of());
        facts.fill(topic, 4);

        for (String assignor : List.of("RangeAssignor", "CooperativeStickyAssignor"))
            facts.fact("shares partitions among two members and gives all to the one that stays, " + assignor, () -> {
                Map<String, Object> config = Map.of("group.id", facts.named("two-" + assignor),
                    "partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor);
                try (var first = facts.consumer(config)) {
                    first.subscribe(List.of(topic));
                    ConsumerFacts.awaitAssignment(first, 4);
                    int alone = first.assignment().size();
                    Set<TopicPartition> both;
                    List<Integer> shares;
                    try (var second = facts.consumer(config)) {
                        second.subscribe(List.of(topic));
                        balance(first, second);
                        shares = List.of(first.assignment().size(), second.assignment().size());
                        both = new HashSet<>(first.assignment());
                        both.addAll(second.assignment());
                    }
                    ConsumerFacts.awaitAssignment(first, 4);
                    return List.of(alone, shares, both.size(), first.assignment().size());
                }
            });
        facts.fact("lets a static member come back to its generation without a rebalance", () -> {
            Map<String, Object> config = Map.of("group.id", facts.named("static"), "group.instance.id", "one");
            int before;
            try (var consumer = facts.consumer(config)) {
                consumer.subscribe(List.of(topic));
                ConsumerFacts.awaitAssignment(consumer, 4);
                before = consumer.groupMetadata().generationId();
            }
            try (var consumer = facts.consumer(config)) {
                consumer.subscribe(List.of(topic));
                ConsumerFacts.awaitAssignment(consumer, 4);
                return List.of(consumer.groupMetadata().generationId() - before, consumer.assignment().size());
            }
        });
        facts.fact("fences a static member whose place another took", () -> {
            Map<String, Object> config = Map.of("group.id", facts.named("fenced"), "group.instance.id", "one");
            try (var old = facts.consumer(config); var young = facts.consumer(config)) {
                old.subscribe(List.of(topic));
                ConsumerFacts.awaitAssignment(old, 4);
                young.subscribe(List.of(topic));
                ConsumerFacts.awaitAssignment(young, 4);
                return Facts.failureOf(() -> old.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1))));
            }
        });
        facts.fact("refuses the commit of a member that the administrator removed", () -> {
            String group = facts.named("removed");
            try (var consumer = facts.consumer(Map.of("group.id", group))) {
                consumer.subscribe(List.of(topic));
                ConsumerFacts.awaitAssignment(consumer, 4);
                facts.admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions()).all().get();
                return Facts.failureOf(() -> consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1))));
            }
        });
        facts.fact("refuses metadata of a commit over 4096 bytes", () -> {
            try (var consumer = facts.consumer(Map.of("group.id", facts.named("metadata")))) {
                return Facts.failureOf(() -> consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1, "x".repeat(5000)))));
            }
        });
        facts.fact("throws for a session timeout that the broker does not allow", () -> {
            try (var consumer = facts.consumer(Map.of("group.id", facts.named("session"), "session.timeout.ms", 1000))) {
                consumer.subscribe(List.of(topic));
                return Facts.failureOf(() -> ConsumerFacts.awaitAssignment(consumer, 4));
            }
        });
        administer(facts, topic);
    }

    private static void administer(Facts facts, String topic) throws Exception {
        String group = facts.named("described");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = facts.consumer(Map.of("group.id", group))) {
            consumer.subscribe(List.of(topic));
            ConsumerFacts.awaitAssignment(consumer, 4);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(1)));

            facts.fact("Admin lists a stable group with its type, protocol and state", () ->
                facts.admin.listGroups().all().get().stream().filter(each -> each.groupId().equals(group))
                    .map(each -> List.of(each.type().orElseThrow().toString(), each.protocol(), each.groupState().orElseThrow().toString())).toList());
            facts.fact("Admin describes a group's members and what each has", () -> {
                ConsumerGroupDescription described = facts.admin.describeConsumerGroups(List.of(group)).all().get().get(group);
                MemberDescription member = described.members().iterator().next();
                return List.of(described.groupState().toString(), described.partitionAssignor(), described.isSimpleConsumerGroup(),
                    member.clientId(), member.assignment().topicPartitions().size(), member.consumerId().startsWith("java-consumer-"));
            });
            facts.fact("Admin describes the same as a classic group", () -> {
                ClassicGroupDescription described = facts.admin.describeClassicGroups(List.of(group)).all().get().get(group);
                return List.of(described.state().toString(), described.protocol(), described.protocolData(), described.members().size());
            });
            facts.fact("Admin deletes no group that has members", () ->
                Facts.failureOf(() -> facts.admin.deleteConsumerGroups(List.of(group)).all().get()));
            facts.fact("Admin changes no offset that a member owns", () ->
                Facts.failureOf(() -> facts.admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(0))).all().get()));
        }
        facts.fact("Admin sees the group empty when its last member left", () ->
            facts.admin.describeConsumerGroups(List.of(group)).all().get().get(group).groupState().toString());
        facts.fact("Admin lists and changes the offsets of an empty group", () -> {
            facts.admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(3, "moved"))).all().get();
            OffsetAndMetadata moved = facts.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
            return List.of(moved.offset(), moved.metadata());
        });
        facts.fact("Admin lists the offsets of several groups at once", () -> {
            String other = facts.named("never");
            var listed = facts.admin.listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec(),
                other, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition)))).all().get();
            return Arrays.asList(listed.get(group).size(), listed.get(other).get(partition));
        });
        facts.factWith("OffsetDelete", "Admin deletes a committed offset", () -> {
            facts.admin.deleteConsumerGroupOffsets(group, Set.of(partition)).all().get();
            return facts.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().containsKey(partition);
        });
        facts.fact("Admin deletes an empty group, once", () -> {
            facts.admin.deleteConsumerGroups(List.of(group)).all().get();
            return Facts.failureOf(() -> facts.admin.deleteConsumerGroups(List.of(group)).all().get());
        });
        facts.fact("Admin finds no group that never was", () ->
            Facts.failureOf(() -> facts.admin.describeClassicGroups(List.of(facts.named("never"))).all().get()));
    }

    /** Polls both until each has two partitions, or for eight seconds. */
    private static void balance(Consumer<String, String> first, Consumer<String, String> second) {
        long deadline = System.currentTimeMillis() + 8000;
        while ((first.assignment().size() != 2 || second.assignment().size() != 2) && System.currentTimeMillis() < deadline) {
            first.poll(Duration.ofMillis(20));
            second.poll(Duration.ofMillis(20));
        }
    }
}
