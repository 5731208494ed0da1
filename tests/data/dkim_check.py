"""Verifies the DKIM signature of a mail on standard input with the public half of the RSA key in the file named first.

Written from RFC 6376 with nothing but Python's standard library, so that it shares no code with the signer."""
import base64, hashlib, re, sys

def der(data, at=0):
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, at = int.from_bytes(data[at:at + count], "big"), at + count
    return tag, data[at:at + size], at + size

def numbers(data):
    found, at = [], 0
    while at < len(data):
        tag, value, at = der(data, at)
        found.append((tag, value))
    return found

pem = open(sys.argv[1]).read()
raw = base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))
pkcs8 = numbers(der(raw)[1])
key = [int.from_bytes(value, "big") for _, value in numbers(der(pkcs8[2][1])[1])]
n, e = key[1], key[2]

head, body = sys.stdin.buffer.read().split(b"\r\n\r\n", 1)
headers = [h.split(b":", 1) for h in re.sub(rb"\r\n([ \t])", rb"\1", head).split(b"\r\n")]
relax = lambda value: re.sub(rb"[ \t]+", b" ", value).strip()
signature = headers[0][1]
assert headers[0][0].lower() == b"dkim-signature"
tags = {k.strip(): v for k, v in (part.split(b"=", 1) for part in signature.split(b";") if b"=" in part)}
clean = {k: re.sub(rb"\s", b"", v) for k, v in tags.items()}
assert clean[b"a"] == b"rsa-sha256" and clean[b"c"] == b"relaxed/relaxed"

lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
while lines and not lines[-1]:
    lines.pop()
canonical = b"".join(line + b"\r\n" for line in lines)
assert base64.b64encode(hashlib.sha256(canonical).digest()) == clean[b"bh"], "the body's hash is wrong"

data, names = b"", clean[b"h"].split(b":")
for name in names:
    value = [v for k, v in headers[1:] if k.strip().lower() == name.lower()][-1]
    data += name.lower() + b":" + relax(value) + b"\r\n"
without = re.sub(rb"(b=)[^;]*$", rb"\1", signature)
data += b"dkim-signature:" + relax(without)
size = (n.bit_length() + 7) // 8
padded = pow(int.from_bytes(base64.b64decode(clean[b"b"]), "big"), e, n).to_bytes(size, "big")
info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
assert padded == b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info, "the signature is wrong"
print("verified:", b" ".join(names).decode())
