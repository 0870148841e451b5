"""What transactional clients of librdkafka see."""

from confluent_kafka import TopicPartition
from facts import failure_of, poll, texts


def run(facts):
    def transactional(name, observe):
        facts.fact(name, lambda: observe(facts), request="EndTxn")

    transactional("shows committed records to read_committed and aborted ones to nobody who asks for it", both)
    transactional("holds read_committed before a transaction that is open", held)
    transactional("fences a producer whose transactional id another took, and aborts what it left", fenced)
    transactional("commits the offsets of a group with the transaction, or not at all", transform)
    transactional("refuses a transaction timeout over the broker's limit", timeout)


def producer(facts, name):
    made = facts.producer(transactional_id=facts.named(name))
    made.init_transactions(60)
    return made


def send(made, topic, value, commits):
    made.begin_transaction()
    made.produce(topic, value=value, partition=0)
    made.flush(60)
    made.commit_transaction(60) if commits else made.abort_transaction(60)


def both(facts):
    topic = facts.topic("txn-both")
    made = producer(facts, "both")
    send(made, topic, "committed", True)
    send(made, topic, "aborted", False)
    send(made, topic, "committed too", True)
    return [texts(facts.read_all(topic, "read_committed", 2)), texts(facts.read_all(topic))]


def held(facts):
    topic = facts.topic("txn-open")
    made = producer(facts, "open")
    made.begin_transaction()
    made.produce(topic, value="open", partition=0)
    made.flush(60)
    facts.fill(topic, 2)
    before = texts(facts.read_all(topic, "read_committed"))
    made.commit_transaction(60)
    return [before, texts(facts.read_all(topic, "read_committed", 3))]


def fenced(facts):
    topic = facts.topic("txn-fence")
    old = producer(facts, "fence")
    old.begin_transaction()
    old.produce(topic, value="left behind", partition=0)
    old.flush(60)
    young = producer(facts, "fence")
    failure = failure_of(lambda: old.commit_transaction(60))
    send(young, topic, "successor", True)
    return [failure, texts(facts.read_all(topic, "read_committed", 1))]


def transform(facts):
    source, target = facts.topic("txn-input"), facts.topic("txn-output")
    facts.fill(source, 10)
    made = producer(facts, "transform")
    consumer = facts.consumer("transform", isolation_level="read_committed")
    consumer.subscribe([source])
    messages = poll(consumer, 10)
    seen = []
    for commits in (False, True):
        made.begin_transaction()
        for message in messages:
            made.produce(target, value=message.value() + b"!", partition=0)
        made.send_offsets_to_transaction([TopicPartition(source, 0, 10)], consumer.consumer_group_metadata(), 10)
        made.commit_transaction(60) if commits else made.abort_transaction(60)
        seen.append(consumer.committed([TopicPartition(source, 0)], 10)[0].offset)
    consumer.close()
    return [seen, texts(facts.read_all(target, "read_committed", 10))]


def timeout(facts):
    made = facts.producer(transactional_id=facts.named("timeout"), transaction_timeout_ms=100_000_000)
    return failure_of(lambda: made.init_transactions(60))
