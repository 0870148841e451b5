"""What librdkafka's admin client sees."""

import time

from confluent_kafka import ConsumerGroupTopicPartitions, TopicCollection, TopicPartition
from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)
from consuming import await_assignment
from facts import failure_of, texts


def run(facts):
    admin = facts.admin
    topic = facts.topic("admin", partitions=2, config={"retention.ms": "1000000"})
    facts.fill(topic, 10)

    facts.fact("Admin is told why a topic cannot be created", lambda: refused(facts, topic))
    facts.fact("Admin lists and describes a topic", lambda: describe(admin, topic))
    facts.fact("Admin knows the cluster", lambda: cluster(facts))
    facts.fact("Admin finds the earliest, the latest, the one at a time and the one with the latest time", lambda: list_offsets(admin, topic))
    facts.fact("Admin adds partitions, and takes none away", lambda: grow(facts))
    facts.fact("Admin sets and unsets a topic's settings", lambda: settings(admin, topic))
    facts.fact("Admin deletes records up to an offset", lambda: delete_records(facts))
    facts.fact("Admin lists, describes, moves and deletes a group", lambda: group(facts, topic))
    facts.fact("Admin deletes a topic, once", lambda: delete_topic(facts))


def create(admin, topic):
    return failure_of(lambda: admin.create_topics([topic])[topic.topic].result(60))


def refused(facts, topic):
    return [
        create(facts.admin, NewTopic(topic, 1)),
        create(facts.admin, NewTopic(facts.named("replicas"), 1, replication_factor=99)),
        create(facts.admin, NewTopic("bad name!", 1)),
        create(facts.admin, NewTopic(facts.named("config"), 1, config={"retention.ms": "long"})),
    ]


def describe(admin, topic):
    listed = admin.list_topics(topic, 10).topics[topic]
    described = admin.describe_topics(TopicCollection([topic]))[topic].result(60)
    return [len(listed.partitions), len(described.partitions), described.is_internal]


def cluster(facts):
    described = facts.admin.describe_cluster().result(60)
    ids = [node.id for node in described.nodes]
    return [len(ids) == len(facts.bootstrap.split(",")), described.controller.id in ids, described.cluster_id != ""]


def list_offsets(admin, topic):
    partition = TopicPartition(topic, 0)
    specs = [OffsetSpec.earliest(), OffsetSpec.latest(), OffsetSpec.for_timestamp(1_700_000_000_004), OffsetSpec.max_timestamp()]
    return [admin.list_offsets({partition: spec})[partition].result(60).offset for spec in specs]


def grow(facts):
    topic = facts.topic("grow")
    facts.admin.create_partitions([NewPartitions(topic, 3)])[topic].result(60)
    failure = failure_of(lambda: facts.admin.create_partitions([NewPartitions(topic, 2)])[topic].result(60))
    return [partitions_when(facts.admin, topic, 3), failure]


def partitions_when(admin, topic, wanted):
    """Asks until the topic has that many partitions: a broker hears of a change a moment after the answer."""
    deadline = time.monotonic() + 3
    while True:
        count = len(admin.list_topics(topic, 10).topics[topic].partitions)
        if count == wanted or time.monotonic() > deadline:
            return count


def settings(admin, topic):
    def alter(value, operation):
        entry = ConfigEntry("retention.ms", value, incremental_operation=operation)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        admin.incremental_alter_configs([resource])[resource].result(60)

    def seen(wanted):
        """A broker hears of a change a moment after the controller has answered."""
        resource = ConfigResource(ResourceType.TOPIC, topic)
        deadline = time.monotonic() + 3
        while True:
            entry = admin.describe_configs([resource])[resource].result(60)["retention.ms"]
            if entry.value == wanted or time.monotonic() > deadline:
                return [entry.value, entry.is_default]

    alter("5000", AlterConfigOpType.SET)
    changed = seen("5000")
    alter(None, AlterConfigOpType.DELETE)
    return [changed, seen("604800000")]


def delete_records(facts):
    topic = facts.topic("records")
    facts.fill(topic, 10)
    partition = TopicPartition(topic, 0, 4)
    low = facts.admin.delete_records([partition])[partition].result(60).low_watermark
    beyond = TopicPartition(topic, 0, 11)
    failure = failure_of(lambda: facts.admin.delete_records([beyond])[beyond].result(60))
    return [low, failure, texts(facts.read_all(topic))]


def group(facts, topic):
    admin, name = facts.admin, facts.named("described")
    consumer = facts.consumer("described")
    consumer.subscribe([topic])
    await_assignment([consumer], [2])
    consumer.commit(offsets=[TopicPartition(topic, 0, 1)], asynchronous=False)
    listed = [each.group_id for each in admin.list_consumer_groups().result(60).valid]
    described = admin.describe_consumer_groups([name])[name].result(60)
    owned = len(described.members[0].assignment.topic_partitions)
    not_empty = failure_of(lambda: admin.delete_consumer_groups([name])[name].result(60))
    consumer.close()
    moved = ConsumerGroupTopicPartitions(name, [TopicPartition(topic, 0, 3)])
    admin.alter_consumer_group_offsets([moved])[name].result(60)
    offsets = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(name)])[name].result(60)
    admin.delete_consumer_groups([name])[name].result(60)
    gone = failure_of(lambda: admin.delete_consumer_groups([name])[name].result(60))
    return [
        name in listed,
        described.state.name,
        described.partition_assignor,
        owned,
        not_empty,
        [each.offset for each in offsets.topic_partitions],
        gone,
    ]


def delete_topic(facts):
    topic = facts.topic("by-name")
    facts.admin.delete_topics([topic])[topic].result(60)
    return failure_of(lambda: facts.admin.delete_topics([topic])[topic].result(60))
