"""
Asks confluent-kafka, and so librdkafka, what it sees of a cluster. Arguments: bootstrap servers, a prefix for all names,
and the requests (separated by commas) that the cluster openly does without.
"""

import sys

import administering
import consuming
import producing
import transacting
from facts import Facts

facts = Facts(sys.argv[1], sys.argv[2], sys.argv[3].split(","))
producing.run(facts)
consuming.run(facts)
administering.run(facts)
transacting.run(facts)
