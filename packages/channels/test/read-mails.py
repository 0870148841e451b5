"""Reads the mails that are named on stdin, one path a line, with Python's own email package; one line of JSON a mail."""

import json
import sys
from email import message_from_binary_file, policy
from email.header import decode_header, make_header
from email.utils import getaddresses


def text_of(value):
    """A field as a reader sees it: encoded words decoded, folded lines joined."""
    if value is None:
        return None
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError, ValueError):
        text = str(value)
    return " ".join(text.split())


def is_attachment(part):
    """Any leaf but the text that a reader is shown."""
    if part.is_multipart() or part.get_content_maintype() == "multipart":
        return False
    shown = part.get_content_type() in ("text/plain", "text/html")
    return not shown or part.get_content_disposition() == "attachment"


def summary(path):
    with open(path, "rb") as file:
        mail = message_from_binary_file(file, policy=policy.compat32)
    senders = [address for _, address in getaddresses([str(each) for each in mail.get_all("from", [])])]
    return {
        "subject": text_of(mail["subject"]) or None,
        "from": next((each for each in senders if "@" in each), None),
        "attachments": sum(is_attachment(part) for part in mail.walk()),
    }


for line in sys.stdin:
    print(json.dumps(summary(line.rstrip("\n"))))
