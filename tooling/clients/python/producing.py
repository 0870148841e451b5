"""What librdkafka's producer sees."""

from facts import failure_of, texts


def run(facts):
    for compression in ["none", "gzip", "snappy", "lz4", "zstd"]:
        facts.fact(
            f"keeps the order of an idempotent producer with five requests in flight, compression {compression}",
            lambda compression=compression: idempotent(facts, compression),
        )
    facts.fact("returns null and empty values, and headers that repeat or are null", lambda: mixture(facts))
    facts.fact("gives offsets for acks 1 and writes with acks 0", lambda: acks(facts))
    facts.fact("refuses a record over the topic's max.message.bytes, alone", lambda: large(facts))
    facts.fact("refuses a partition that is not there", lambda: no_partition(facts))
    facts.fact("stamps records with the broker's time when the topic says LogAppendTime", lambda: append_time(facts))
    facts.fact("goes to the partitions of all leaders, by the key's murmur2", lambda: spread(facts))


def send(producer, topic, **record):
    """Sends one record and gives (error, partition, offset)."""
    outcome = []
    producer.produce(
        topic,
        on_delivery=lambda error, message: outcome.append(
            [error.name() if error else None, message.partition(), message.offset()]
        ),
        **record,
    )
    producer.flush(60)
    return outcome[0]


def idempotent(facts, compression):
    topic = facts.topic(f"idempotent-{compression}")
    producer = facts.producer(
        enable_idempotence=True,
        acks="all",
        compression_type=compression,
        batch_num_messages=20,
        max_in_flight_requests_per_connection=5,
    )
    offsets = []
    for number in range(500):
        producer.produce(
            topic,
            key="key",
            value=f"a value that repeats, number {number}",
            partition=0,
            on_delivery=lambda error, message: offsets.append(None if error else message.offset()),
        )
    producer.flush(60)
    read = texts(facts.read_all(topic))
    return {
        "acknowledged": len(offsets),
        "offsetsInOrder": offsets == list(range(500)),
        "readInOrder": read == [f"a value that repeats, number {number}" for number in range(500)],
    }


def mixture(facts):
    topic = facts.topic("mixture")
    producer = facts.producer()
    headers = [("twice", b"1"), ("twice", b"2"), ("none", None)]
    producer.produce(topic, key="key", value=None, partition=0, timestamp=1_700_000_000_000, headers=headers)
    producer.produce(topic, key=None, value="", partition=0, timestamp=1_700_000_000_001)
    producer.flush(60)

    def text(data):
        return None if data is None else data.decode()

    return [
        [
            text(message.key()),
            text(message.value()),
            message.timestamp()[1],
            [f"{name}={text(value)}" for name, value in message.headers() or []],
        ]
        for message in facts.read_all(topic)
    ]


def acks(facts):
    topic = facts.topic("acks")
    first = send(facts.producer(acks=1), topic, value="1", partition=0)
    error = send(facts.producer(acks=0), topic, value="0", partition=0)[0]
    return [first, error, texts(facts.read_all(topic))]


def large(facts):
    topic = facts.topic("large", config={"max.message.bytes": "10000"})
    producer = facts.producer()
    error = send(producer, topic, value="x" * 20000, partition=0)[0]
    return [error, send(producer, topic, value="small", partition=0)]


def no_partition(facts):
    topic = facts.topic("no-partition")
    producer = facts.producer()
    send(producer, topic, value="somewhere", partition=0)
    return failure_of(lambda: producer.produce(topic, value="nowhere", partition=7))


def append_time(facts):
    topic = facts.topic("append-time", config={"message.timestamp.type": "LogAppendTime"})
    send(facts.producer(), topic, value="v", partition=0, timestamp=1000)
    kind, stamp = facts.read_all(topic)[0].timestamp()
    return [kind, stamp > 1_700_000_000_000]


def spread(facts):
    topic = facts.topic("spread", partitions=6)
    producer = facts.producer(partitioner="murmur2_random")
    return [send(producer, topic, key=f"k{number}", value="v")[1] for number in range(8)]
