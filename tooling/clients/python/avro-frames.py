"""
Reads and writes frames with confluent-kafka's AvroDeserializer and AvroSerializer. Argument: the URL of a registry.
Tasks come as lines of JSON on the standard input; src/avro/frame-tasks.ts says what is in them.
"""

import json
import sys

from confluent_kafka.schema_registry import SchemaRegistryClient, topic_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from telling import told, untold

registry = SchemaRegistryClient({"url": sys.argv[1], "timeout": 60})
# The default strategy asks for associations first. A registry that knows none answers 404; Apicurio now and then never
# answers what follows that on the same connection.
subjects = {"subject.name.strategy": topic_subject_name_strategy}
serializer = AvroSerializer(registry, conf={**subjects, "auto.register.schemas": False, "use.latest.version": True})


def perform(task):
    context = SerializationContext(task["topic"], MessageField.VALUE)
    if task["do"] == "write":
        return serializer(untold(task["value"]), context).hex()
    deserializer = AvroDeserializer(registry, task.get("reader"), return_record_name=task.get("isNamed", False), conf=subjects)
    return told(deserializer(bytes.fromhex(task["frame"]), context))


for line in sys.stdin:
    task = json.loads(line)
    answer = {"fact": task["fact"]}
    try:
        answer["observed"] = perform(task)
    except Exception as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(answer), flush=True)
