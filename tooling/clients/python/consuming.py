"""What librdkafka's consumer sees, alone and in groups."""

import time

from confluent_kafka import TopicPartition
from facts import failure_of, poll, texts


def run(facts):
    topic = facts.topic("consumed")
    facts.fill(topic, 10)
    facts.fact("seeks to an offset, to the beginning and to the end", lambda: seek(facts, topic))
    facts.fact("knows beginning and end, and the first offset at a time", lambda: offsets(facts, topic))
    facts.fact("raises at an offset out of range when no reset is allowed", lambda: out_of_range(facts, topic))
    facts.fact("reads a record that is larger than its fetch limits", lambda: large_fetch(facts))
    facts.fact("commits offset and metadata, and goes on from there", lambda: resume(facts, topic))
    facts.fact("subscribes by pattern", lambda: pattern(facts))
    facts.fact("reads everything as read_committed when there are no transactions", lambda: texts(facts.read_all(topic, "read_committed")))
    shared = facts.topic("shared", partitions=4)
    facts.fill(shared, 4)
    for strategy in ["range", "cooperative-sticky"]:
        facts.fact(
            f"shares partitions among two members and gives all to the one that stays, {strategy}",
            lambda strategy=strategy: share(facts, shared, strategy),
        )
    facts.fact("lets a static member come back to its partitions", lambda: static_member(facts, shared))
    facts.fact("refuses metadata of a commit over 4096 bytes", lambda: long_metadata(facts, topic))


def seek(facts, topic):
    consumer = facts.consumer("seek")
    consumer.assign([TopicPartition(topic, 0, 7)])
    from_seven = texts(poll(consumer, 3))
    consumer.seek(TopicPartition(topic, 0, 0))
    from_beginning = texts(poll(consumer, 2))
    consumer.close()
    return [from_seven, from_beginning]


def offsets(facts, topic):
    consumer = facts.consumer("offsets")
    marks = consumer.get_watermark_offsets(TopicPartition(topic, 0), 10)
    found = consumer.offsets_for_times([TopicPartition(topic, 0, 1_700_000_000_004)], 10)[0].offset
    consumer.close()
    return [list(marks), found]


def out_of_range(facts, topic):
    consumer = facts.consumer("out-of-range", auto_offset_reset="error")
    consumer.assign([TopicPartition(topic, 0, 1000)])
    failure = failure_of(lambda: poll(consumer, 1))
    consumer.close()
    return failure


def large_fetch(facts):
    topic = facts.topic("large-fetch")
    producer = facts.producer()
    for _ in range(3):
        producer.produce(topic, value="x" * 50_000, partition=0)
        producer.flush(60)
    consumer = facts.consumer("large-fetch", max_partition_fetch_bytes=1000, fetch_max_bytes=1000, message_max_bytes=1000)
    consumer.assign([TopicPartition(topic, 0, 0)])
    count = len(poll(consumer, 3))
    consumer.close()
    return count


def resume(facts, topic):
    first = facts.consumer("resume")
    first.subscribe([topic])
    poll(first, 10)
    first.commit(offsets=[TopicPartition(topic, 0, 6, "half-way")], asynchronous=False)
    first.close()
    second = facts.consumer("resume")
    second.subscribe([topic])
    rest = texts(poll(second, 4))
    metadata = second.committed([TopicPartition(topic, 0)], 10)[0].metadata
    second.close()
    return [rest, metadata]


def pattern(facts):
    facts.topic("pattern-a")
    facts.topic("pattern-b", partitions=2)
    consumer = facts.consumer("pattern")
    consumer.subscribe([f"^{facts.named('pattern-')}[ab]$"])
    await_assignment([consumer], [3])
    count = len(consumer.assignment())
    consumer.close()
    return count


def await_assignment(consumers, counts):
    """Polls all until each has its number of partitions, or for eight seconds."""
    deadline = time.monotonic() + 8
    while [len(consumer.assignment()) for consumer in consumers] != counts and time.monotonic() < deadline:
        for consumer in consumers:
            consumer.poll(0.02)


def share(facts, topic, strategy):
    def member():
        consumer = facts.consumer(f"two-{strategy}", partition_assignment_strategy=strategy)
        consumer.subscribe([topic])
        return consumer

    first = member()
    await_assignment([first], [4])
    alone = len(first.assignment())
    second = member()
    await_assignment([first, second], [2, 2])
    shares = [len(first.assignment()), len(second.assignment())]
    both = {each.partition for consumer in (first, second) for each in consumer.assignment()}
    second.close()
    await_assignment([first], [4])
    left = len(first.assignment())
    first.close()
    return [alone, shares, len(both), left]


def static_member(facts, topic):
    def member():
        consumer = facts.consumer("static", group_instance_id="one")
        consumer.subscribe([topic])
        await_assignment([consumer], [4])
        return consumer

    member().close()
    again = member()
    count = len(again.assignment())
    again.close()
    return count


def long_metadata(facts, topic):
    consumer = facts.consumer("metadata")
    failure = failure_of(
        lambda: consumer.commit(offsets=[TopicPartition(topic, 0, 1, "x" * 5000)], asynchronous=False)
    )
    consumer.close()
    return failure
