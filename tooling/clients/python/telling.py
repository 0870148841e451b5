"""Values of Avro in JSON, with an object of one `$` key where JSON has no word: src/avro/avro-case.ts."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)


def told(value):
    # A datetime is a date, too, so it comes first.
    if isinstance(value, datetime):
        return {"$millis": (value - EPOCH) // MILLISECOND}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        since = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
        return {"$millis": since // MILLISECOND}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, UUID):
        return {"$uuid": str(value)}
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    # A record in a union of several, with its name.
    if isinstance(value, tuple):
        return {"$branch": [value[0], told(value[1])]}
    if isinstance(value, list):
        return [told(item) for item in value]
    if isinstance(value, dict):
        return {key: told(member) for key, member in value.items()}
    return value


# A long's milliseconds are since 1970, an int's of the day; the number alone tells in what is told here.
DAY = 86_400_000

READERS = {
    "$millis": lambda n: EPOCH + n * MILLISECOND if n >= DAY else (datetime.min + n * MILLISECOND).time(),
    "$date": date.fromisoformat,
    "$decimal": Decimal,
    "$uuid": UUID,
    "$bytes": bytes.fromhex,
    "$branch": lambda pair: (pair[0], untold(pair[1])),
}


def untold(value):
    if isinstance(value, list):
        return [untold(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1:
            [(key, member)] = value.items()
            if key in READERS:
                return READERS[key](member)
        return {key: untold(member) for key, member in value.items()}
    return value
