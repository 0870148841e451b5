"""What all facts share: a line of JSON for what each saw, and clients that give up soon."""

import json
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic


class Facts:
    def __init__(self, bootstrap, prefix, left_out):
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.left_out = left_out
        self.admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    def fact(self, name, observe, request=None):
        """Runs `observe` unless the cluster openly does without the request that it needs."""
        line = {"fact": name}
        if request in self.left_out:
            line["leftOut"] = request
        else:
            try:
                line["observed"] = observe()
            except Exception as error:
                line["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(line), flush=True)

    def named(self, name):
        return f"{self.prefix}-{name}"

    def topic(self, name, partitions=1, config=None):
        """Creates a topic with as many copies as the cluster gives by default, and gives its name."""
        topic = self.named(name)
        created = NewTopic(topic, partitions, replication_factor=-1, config=config or {})
        self.admin.create_topics([created])[topic].result(60)
        return topic

    def producer(self, **more):
        config = {"bootstrap.servers": self.bootstrap, "linger.ms": 0, "message.timeout.ms": 60000, "log_level": 0}
        return Producer({**config, **{name.replace("_", "."): value for name, value in more.items()}})

    def consumer(self, group, **more):
        config = {
            "bootstrap.servers": self.bootstrap,
            "group.id": self.named(group),
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "heartbeat.interval.ms": 200,
            "session.timeout.ms": 6000,
            "fetch.wait.max.ms": 100,
            "fetch.error.backoff.ms": 20,
            "log_level": 0,
        }
        return Consumer({**config, **{name.replace("_", "."): value for name, value in more.items()}})

    def fill(self, topic, count):
        producer = self.producer()
        for number in range(count):
            producer.produce(topic, key=f"k{number}", value=str(number), partition=0, timestamp=1_700_000_000_000 + number)
        assert producer.flush(60) == 0

    def read_all(self, topic, isolation="read_uncommitted", expected=0):
        """Everything in partition 0, up to what the isolation level says is its end; markers may move that a little later."""
        consumer = self.consumer("reader", isolation_level=isolation, enable_partition_eof=True)
        try:
            consumer.assign([TopicPartition(topic, 0, 0)])
            messages, deadline = [], time.monotonic() + 60
            while time.monotonic() < deadline:
                message = consumer.poll(0.1)
                if message is None:
                    continue
                if message.error():
                    # The end of the partition, as far as it can be read now.
                    if len(messages) >= expected:
                        break
                    continue
                messages.append(message)
            return messages
        finally:
            consumer.close()


def texts(messages):
    return [message.value().decode() for message in messages]


def poll(consumer, count):
    """Polls until that many records came, or for a minute."""
    messages, deadline = [], time.monotonic() + 60
    while len(messages) < count and time.monotonic() < deadline:
        message = consumer.poll(0.05)
        if message is not None:
            if message.error():
                raise KafkaException(message.error())
            messages.append(message)
    return messages


def failure_of(attempt):
    """The name of the error that a user catches; "none" when nothing was raised."""
    try:
        attempt()
        return "none"
    except KafkaException as error:
        return error.args[0].name()
