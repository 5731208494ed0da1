"""Reads a mail on standard input with Python's own parser and prints what it finds as JSON; fails on any defect."""
import email, email.policy, json, sys

raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
parts = list(message.walk())
defects = [str(defect) for part in parts for defect in part.defects]
defects += [str(d) for name in message for d in getattr(message[name], "defects", ())]
text = message.get_body(("plain",)).get_content()
html = message.get_body(("html",)).get_content()
print(json.dumps({
    "defects": defects,
    "type": message.get_content_type(),
    "types": [part.get_content_type() for part in message.iter_parts()],
    "encodings": [part["Content-Transfer-Encoding"] for part in message.iter_parts()],
    "charsets": [part.get_content_charset() for part in message.iter_parts()],
    "headers": sorted(name.lower() for name in message.keys()),
    "subject": message["Subject"],
    "from": str(message["From"]),
    "to": str(message["To"]),
    "date": message["Date"].datetime.isoformat(),
    "longest": max(len(line) for line in raw.split(b"\r\n")),
    "text": text,
    "html": html,
}))
