#!/usr/bin/env python3
"""A peer of a Parley mesh in Python, written from docs/wire-protocol.md and docs/local-directory.md alone. It needs pyzmq.

On the command line:

    peer.py --mesh demo --service parrot serve
    peer.py --mesh demo request parrot/echo '{"say": "hello"}'
    peer.py --mesh demo subscribe parrot/events --count 3
    peer.py --mesh demo send parrot/publish '{"payload": {"n": 1}, "times": 3}'
    peer.py vectors docs/golden-vectors.json

What it has to tell comes as lines of JSON on the standard output, the rest on the error output.
Exit codes: 0 well, 1 refused or failed by the other side, 2 wrong usage, 3 no answer in time, 4 nobody there, 130 interrupted.

From a program:

    with Peer("parrot", "demo") as parrot:
        parrot.on_request("parrot/echo", lambda message: message["value"])
        parrot.run()

An envelope is a dictionary with the members that docs/golden-vectors.md names, save that `payload` is bytes. What a handler gets
has two more: `value`, the payload decoded (JSON, text or bytes), and `from`, who sent it.

A Peer lives in one thread: nothing moves unless run() or run_until() runs, and handlers are called from within: they must be brief.
"""

import argparse
import contextlib
import datetime
import itertools
import json
import math
import os
import pathlib
import pwd
import random
import re
import secrets
import signal
import stat
import struct
import sys
import time
from collections import OrderedDict, deque

try:
    import zmq
except ImportError:  # the codec and the vectors do without
    zmq = None

# ==================================================================================================================================
# The wire: sections 3 to 10 of docs/wire-protocol.md
# ==================================================================================================================================

VERSION = 1
MAGIC = b"P\x01"
MAX_FRAME = 4 * 1024 * 1024  # the largest envelope that is accepted here, and 2
LARGEST_ON_LINK = 262_144  # the largest frame; what does not fit goes in chunks
BATCH = LARGEST_CHUNK = 64 * 1024
MOST = (1 << 63) - 1  # the largest number of 64 bits that counts something
SERVICE_NAME = re.compile("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
INSTANCE_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")

KINDS = {
    0x01: "HELLO", 0x02: "WELCOME", 0x03: "REJECT", 0x04: "CREDIT", 0x05: "PING", 0x06: "PONG", 0x07: "GOING-AWAY",
    0x08: "CANCEL", 0x09: "BULK-WANTED", 0x0A: "BULK-AT", 0x0B: "BULK-HELLO", 0x0C: "BULK-ARRIVED", 0x0D: "BULK-NEXT",
    0x0E: "BULK-OVER", 0x0F: "FINISHED", 0x10: "REQUEST", 0x11: "REPLY", 0x12: "FAULT", 0x13: "ONE-WAY", 0x14: "EVENT", 0x15: "SURVEY",
    0x16: "RESPONSE", 0x18: "REPEAT", 0x19: "CHUNK", 0x1A: "CREDIT-WANTED", 0x20: "SUBSCRIBED", 0x21: "HEARTBEAT",
    0x22: "NUMBERS",
}
CODES = {name: code for code, name in KINDS.items()}
ON_FEED = {"EVENT", "SURVEY", "REPEAT", "SUBSCRIBED", "HEARTBEAT", "NUMBERS"}
ON_LINK = {kind for kind in CODES if kind not in ON_FEED} | {"REPEAT"}
MESSAGES = {"REQUEST", "REPLY", "FAULT", "ONE-WAY", "EVENT", "SURVEY", "RESPONSE"}
IN_CHUNKS = MESSAGES & ON_LINK
USES_CREDIT = {"REQUEST", "ONE-WAY"}
ALONE = {"HELLO", "WELCOME", "BULK-HELLO"}  # in their frames
FORMS = ["document", "command", "event"]

REJECTED_VERSION, REJECTED_INCARNATION, REJECTED_MALFORMED, REJECTED_UNAUTHORISED, REJECTED_OVERLOADED = range(1, 6)
UNKNOWN_CHANNEL, BUSY, TOO_LATE, UNAUTHORISED, GOING_AWAY, INVALID_PAYLOAD, WRONG_STYLE = range(1, 8)
HANDLER_FAILED, UNSENDABLE_REPLY = 32, 33


class Malformed(Exception):
    """Octets that are not as the protocol describes. `stands` holds the envelopes before the malformed one."""

    stands = ()


class Reader:
    """Walks over octets and never beyond their end."""

    def __init__(self, octets):
        self.octets = memoryview(octets)
        self.at = 0

    def left(self):
        return len(self.octets) - self.at

    def take(self, length):
        if length > self.left():
            raise Malformed(f"{length} octets announced, {self.left()} there")
        self.at += length
        return self.octets[self.at - length : self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def count(self):
        """A number of 64 bits that counts something: it is below 2^63."""
        number = self.number(8)
        if number > MOST:
            raise Malformed(f"{number} where at most {MOST} may stand")
        return number

    def name(self, grammar):
        name = self.text8()
        if not grammar.fullmatch(name):
            raise Malformed(f"{name!r} is no name")
        return name

    def incarnation(self):
        number = self.number(8)
        if number == 0:
            raise Malformed("incarnation 0")
        return f"{number:016x}"

    def id(self):
        incarnation, sequence = self.incarnation(), self.number(8)
        if sequence == 0:
            raise Malformed("sequence 0")
        return f"{incarnation}-{sequence}"

    def text(self, length):
        try:
            text = str(self.take(length), "utf-8")
        except UnicodeDecodeError as e:
            raise Malformed("a text that is not UTF-8") from e
        if "\0" in text:
            raise Malformed("a text with NUL")
        return text

    def text8(self):
        return self.text(self.number(1))

    def rest(self):
        return self.take(self.left())

    def end(self):
        if self.left():
            raise Malformed(f"{self.left()} octets too many")


def number(value, size):
    return value.to_bytes(size, "big")


def text(value, least=0, most=255):
    octets = value.encode("utf-8")
    if not least <= len(octets) <= most or b"\0" in octets:
        raise ValueError(f"a text of {least} to {most} octets without NUL, not {value!r}")
    return octets


def text8(value):
    octets = text(value)
    return number(len(octets), 1) + octets


def id_octets(value):
    return bytes.fromhex(value[:16]) + number(int(value[17:]), 8)


# --- fields -----------------------------------------------------------------------------------------------------------------------


def text_field(most=255):
    def read(reader):
        if not 1 <= reader.left() <= most:
            raise Malformed(f"a text of {reader.left()} octets where 1 to {most} may stand")
        return reader.text(reader.left())

    return read, lambda value: text(value, 1, most)


def number_field(size, least=0):
    def read(reader):
        value = reader.number(size)
        if value < least:
            raise Malformed(f"{value} where at least {least} may stand")
        return value

    return read, lambda value: number(value, size)


def pair_field(first, second):
    return (lambda reader: {first: reader.text8(), second: reader.text8()},
            lambda value: text8(value[first]) + text8(value[second]))


def read_numbering(reader):
    value = reader.count(), reader.count()
    if value[0] <= value[1]:
        raise Malformed("a number that is not above the previous one")
    return value


def read_header(reader):
    name = reader.text8()
    if not name:
        raise Malformed("a header without a name")
    return {"name": name, "value": reader.text(reader.left())}


ID_FIELD = (Reader.id, id_octets)
NUMBERING, HEADER, FIRST_OPTIONAL = 0x0D, 0x40, 0x80

# tag: name, how to read it, how to write it, the kinds and forms it may stand in (None for all), those it must stand in
FIELDS = {
    0x01: ("channel", *text_field(191), {"REQUEST", "ONE-WAY", "EVENT", "SURVEY"}, {"REQUEST", "ONE-WAY", "EVENT", "SURVEY"}),
    0x02: ("remaining", *number_field(4), {"REQUEST", "SURVEY", "ONE-WAY", "EVENT"}, {"REQUEST", "SURVEY"}),
    0x03: ("in-reply-to", *ID_FIELD, {"REPLY", "FAULT", "RESPONSE"}, {"REPLY", "FAULT", "RESPONSE"}),
    0x04: ("correlation", *text_field(), None, set()),
    0x05: ("causation", *ID_FIELD, None, set()),
    0x06: ("type", *text_field(), None, set()),
    0x07: ("content-type", *text_field(), None, set()),
    0x08: ("key", *text_field(), None, set()),
    0x09: ("traceparent", *text_field(), None, set()),
    0x0A: ("tracestate", *text_field(512), None, set()),
    0x0B: ("name", *text_field(), {"command", "event"}, {"command"}),
    0x0C: ("aggregate", *pair_field("type", "id"), {"event"}, set()),
    NUMBERING: ("number", read_numbering, lambda value: number(value[0], 8) + number(value[1], 8), {"EVENT", "SURVEY"},
                {"EVENT", "SURVEY"}),
    0x0E: ("fault", *number_field(1, 1), {"FAULT"}, {"FAULT"}),
    0x0F: ("fault-name", *text_field(), {"FAULT"}, set()),
    0x10: ("return-address", *pair_field("service", "instance"), {"REQUEST", "SURVEY"}, set()),
    0x11: ("sender", *pair_field("service", "instance"), None, set()),
}


def read_fields(reader, message, also_may=lambda name: True):
    """Reads fields into a message whose kind and form are known. `also_may` says which may stand there at all."""
    is_a = {message["kind"], message["form"]}
    fields, last, headers = Reader(reader.take(reader.number(2))), -1, {}
    while fields.left():
        tag = fields.number(1)
        value = Reader(fields.take(fields.number(2)))
        if tag < last or tag == last != HEADER:
            raise Malformed(f"field {tag} after field {last}")
        last = tag
        if tag in FIELDS:
            name, read, _, may, _ = FIELDS[tag]
            if may is not None and not may & is_a or not also_may(name):
                raise Malformed(f"{message['kind']} {message['form']} with {name}")
            message[name] = read(value)
            value.end()
            if tag == NUMBERING:
                message["number"], message["previous"] = message[name]
        elif tag == HEADER:
            header = read_header(value)
            if header["name"] in headers:
                raise Malformed(f"two headers {header['name']!r}")
            headers[header["name"]] = header
        elif tag < FIRST_OPTIONAL:
            raise Malformed(f"unknown field {tag}")
    if headers:
        message["headers"] = list(headers.values())


def read_message(kind, reader):
    message = {"kind": kind, "id": reader.id()}
    form = reader.number(1)
    if form >= len(FORMS):
        raise Malformed(f"form {form}")
    message["form"] = FORMS[form]
    read_fields(reader, message)
    for name, _, _, _, must in FIELDS.values():
        if name not in message and must & {kind, message["form"]}:
            raise Malformed(f"{kind} {message['form']} without {name}")
    message["payload"] = bytes(reader.rest())
    if kind == "FAULT":
        Reader(message["payload"]).text(len(message["payload"]))
    return message


def write_fields(message, but=(), only=None):
    fields = bytearray()
    for tag, (name, _, write, _, _) in FIELDS.items():
        if name in message and name not in but and (only is None or name in only):
            octets = write((message["number"], message["previous"]) if tag == NUMBERING else message[name])
            fields += number(tag, 1) + number(len(octets), 2) + octets
    for header in message.get("headers", ()) if only is None else ():
        octets = text8(header["name"]) + text(header["value"], 0, 65_535)
        fields += number(HEADER, 1) + number(len(octets), 2) + octets
    if len(fields) > 65_535:
        raise ValueError("the headers take more than 65,535 octets")
    return number(len(fields), 2) + fields


def write_message(message):
    return b"".join([id_octets(message["id"]), number(FORMS.index(message["form"]), 1), write_fields(message), message["payload"]])


# --- section 8.1: messages that repeat an earlier one of their frame ----------------------------------------------------------------

INHERITED = {"channel", "type", "content-type", "name", "return-address", "sender"}
CHANGES = {"correlation", "causation", "key", "traceparent", "tracestate", "aggregate"}  # and headers
VARYING = {"REQUEST": ["remaining"], "REPLY": ["in-reply-to"], "RESPONSE": ["in-reply-to"], "ONE-WAY": [], "EVENT": ["number"],
           "SURVEY": ["number", "remaining"]}
READERS = {name: read for name, read, _, _, _ in FIELDS.values()}
WRITERS = {name: write for name, _, write, _, _ in FIELDS.values()}


def read_repeat(reader, in_full):
    """The message that a REPEAT stands for. `in_full` are those that stand in full before it."""
    index = reader.number(1)
    if index >= len(in_full) or in_full[index]["kind"] not in VARYING:
        raise Malformed(f"nothing to repeat at {index}")
    first = in_full[index]
    kind = first["kind"]

    def id_like(other):
        return Reader(id_octets(other)[:8] + reader.take(8)).id()

    message = {"kind": kind, "id": id_like(first["id"]), "form": first["form"]}
    message.update({name: first[name] for name in INHERITED if name in first})
    for name in VARYING[kind]:
        message[name] = id_like(first[name]) if name == "in-reply-to" else READERS[name](reader)
        if name == "number":
            message["number"], message["previous"] = message[name]
    read_fields(reader, message, lambda name: name in CHANGES or name == "remaining" and name not in VARYING[kind])
    message["payload"] = bytes(reader.rest())
    return message


def write_repeat(index, message):
    varying = VARYING[message["kind"]]
    octets = [number(index, 1), id_octets(message["id"])[8:]]
    for name in varying:
        value = (message["number"], message["previous"]) if name == "number" else message[name]
        octets.append(WRITERS[name](value)[8 if name == "in-reply-to" else 0 :])
    return b"".join([*octets, write_fields(message, but={*INHERITED, *varying}), message["payload"]])


def repeated(message):
    """What two messages must have in common for one to repeat the other."""
    incarnations = message["id"][:16], message.get("in-reply-to", "")[:16]
    return message["kind"], message["form"], incarnations, write_fields(message, only=INHERITED)


# --- bodies of control envelopes: each rule as a list of members ----------------------------------------------------------------------

PUBLISH_ADDRESS = 1  # an extension of WELCOME
BULK = 2  # an extension of HELLO and WELCOME. This peer does not say it, so it gets no envelope BULK-…: only its codec knows them
FINISHED = 4  # the same for FINISHED
CREDIT_WANTED = 3  # likewise. As this peer does not say it, it is granted enough for the largest message at first

U8, U32 = ((lambda r, s=size: r.number(s), lambda v, s=size: number(v, s)) for size in (1, 4))
COUNT = (Reader.count, lambda v: number(v, 8))
SERVICE, INSTANCE = ((lambda r, g=grammar: r.name(g), text8) for grammar in (SERVICE_NAME, INSTANCE_NAME))
TEXT8 = (Reader.text8, text8)
TEXT16 = (lambda r: r.text(r.number(2)), lambda v: number(len(text(v, 0, 65_535)), 2) + text(v, 0, 65_535))
TOKEN = (lambda r: f"{r.number(8):016x}", bytes.fromhex)
INCARNATION = (Reader.incarnation, bytes.fromhex)
OCTETS = (lambda r: bytes(r.take(max(1, r.left()))), bytes)
RANGES = (lambda r: read_ranges(r), lambda v: b"".join(number(int(each["first"]), 8) + number(int(each["count"]), 4) for each in v))
DECIMAL = (lambda r: str(r.number(8)), lambda v: number(int(v), 8))
LAST = (lambda r: [{"subject": r.text8(), "number": str(r.number(8))} for _ in iter(r.left, 0)],
        lambda v: b"".join(text8(each["subject"]) + number(int(each["number"]), 8) for each in v))
TERMS = [("max-frame", U32), ("messages", COUNT), ("bytes", COUNT)]

CONTROLS = {
    "HELLO": [("min-version", U8), ("max-version", U8), ("incarnation", INCARNATION), ("target", TOKEN), ("service", SERVICE),
              ("instance", INSTANCE), *TERMS],
    "WELCOME": [("chosen-version", U8), ("incarnation", INCARNATION), ("service", SERVICE), ("instance", INSTANCE), *TERMS],
    "REJECT": [("code", U8), ("reason", TEXT16)],
    "CREDIT": [("messages", COUNT), ("bytes", COUNT)],
    "PING": [("token", TOKEN)],
    "PONG": [("token", TOKEN)],
    "GOING-AWAY": [("millis", U32)],
    "CANCEL": [("id", ID_FIELD)],
    "BULK-WANTED": [],
    "BULK-AT": [("token", TOKEN), ("address", TEXT8)],
    "BULK-HELLO": [("token", TOKEN)],
    "BULK-ARRIVED": [("count", COUNT)],
    "BULK-NEXT": [("place", COUNT)],
    "BULK-OVER": [],
    "FINISHED": [("ranges", RANGES)],
    "CREDIT-WANTED": [("bytes", COUNT)],
    "CHUNK": [("rest", U32), ("octets", OCTETS)],
    "SUBSCRIBED": [("incarnation", INCARNATION), ("service", SERVICE), ("instance", INSTANCE), ("channel", TEXT8),
                   ("number", COUNT)],
    "HEARTBEAT": [("incarnation", INCARNATION), ("interval", U32)],
    "NUMBERS": [("incarnation", INCARNATION), ("service", SERVICE), ("instance", INSTANCE), ("channel", TEXT8), ("flags", U8),
                ("from", DECIMAL), ("up-to", DECIMAL), ("last", LAST)],
}


def read_ranges(reader):
    ranges = []
    while reader.left() or not ranges:
        first, count = reader.number(8), reader.number(4)
        if not first or not count or first + count - 1 > MOST or count >= 1 << 31:
            raise Malformed("a range of no messages, or of more than there can be")
        ranges.append({"first": str(first), "count": str(count)})
    return ranges


def read_control(kind, reader):
    control = {"kind": kind}
    for name, (read, _) in CONTROLS[kind]:
        control[name] = read(reader)
    if "max-frame" in control:
        if control["max-frame"] < 1024:
            raise Malformed("a max-frame below 1024")
        while reader.left():
            extension, value = reader.number(1), reader.text8()
            if kind == "WELCOME" and extension == PUBLISH_ADDRESS:
                if not value or "publish-address" in control:
                    raise Malformed("a publish-address that is empty, or a second one")
                control["publish-address"] = value
            elif extension == BULK:
                control["bulk"] = True
            elif extension == FINISHED:
                control["finished"] = True
            elif extension == CREDIT_WANTED:
                control["credit-wanted"] = True
        if control["bytes"] < control["max-frame"] and "credit-wanted" not in control:
            raise Malformed("a first grant below max-frame")
    if kind == "NUMBERS":
        check_numbers(control)
    return control


FLAGS = {"more": 1, "via": 2, "first": 4}  # of NUMBERS


def check_numbers(numbers):
    """They ascend, above `from` and no higher than `up-to`."""
    before, up_to, flags = int(numbers["from"]), int(numbers["up-to"]), numbers.pop("flags")
    if flags > 7:
        raise Malformed(f"flags {flags}")
    numbers.update({name: flags & bit != 0 for name, bit in FLAGS.items()})
    if not before <= up_to < 1 << 63:
        raise Malformed("numbers from above where they end, or beyond 2^63")
    for each in numbers["last"]:
        if not before < int(each["number"]) <= up_to:
            raise Malformed("a number that is not above the one before, or above the end")
        before = int(each["number"])


# --- frames and publications --------------------------------------------------------------------------------------------------------


def encode(envelope):
    """An envelope's octets, its length field included."""
    kind = envelope["kind"]
    if kind in MESSAGES:
        return enclose(kind, write_message(envelope))
    if kind == "NUMBERS":
        envelope = {**envelope, "flags": sum(bit for name, bit in FLAGS.items() if envelope.get(name))}
    body = b"".join(write(envelope[name]) for name, (_, write) in CONTROLS[kind])
    if "publish-address" in envelope:
        body += number(PUBLISH_ADDRESS, 1) + text8(envelope["publish-address"])
    if envelope.get("bulk"):
        body += number(BULK, 1) + text8("")
    if envelope.get("finished"):
        body += number(FINISHED, 1) + text8("")
    if envelope.get("credit-wanted"):
        body += number(CREDIT_WANTED, 1) + text8("")
    return enclose(kind, body)


def enclose(kind, body):
    return number(1 + len(body), 4) + number(CODES[kind], 1) + body


class Frame:
    """A frame in the making, in which messages repeat earlier ones where they can: section 8.1."""

    def __init__(self):
        self.octets = bytearray(MAGIC)
        self.in_full = 0
        self.indexes = {}  # of messages in full, by what they can give to others

    def is_empty(self):
        return len(self.octets) == len(MAGIC)

    def add(self, envelope, most=math.inf):
        """Returns how many octets the envelope takes, or 0 if the frame would exceed `most` octets with it."""
        kind = envelope["kind"]
        common = repeated(envelope) if kind in VARYING else None
        if common in self.indexes:
            octets = enclose("REPEAT", write_repeat(self.indexes[common], envelope))
        else:
            octets = encode(envelope)
        if len(self.octets) + len(octets) > most:
            return 0
        self.octets += octets
        if kind in MESSAGES and common not in self.indexes:
            if kind in VARYING and self.in_full < 256:
                self.indexes[common] = self.in_full
            self.in_full += 1
        return len(octets)


def encode_frame(*envelopes):
    frame = Frame()
    for envelope in envelopes:
        frame.add(envelope)
    return bytes(frame.octets)


class Packer:
    """Makes frames of envelopes: as many in each as 64 KiB hold, or a single larger one."""

    def __init__(self):
        self.frames = [Frame()]

    def add(self, envelope):
        """Returns how many octets the envelope takes."""
        frame = self.frames[-1]
        size = frame.add(envelope, math.inf if frame.is_empty() else BATCH + len(MAGIC))
        if not size:
            self.frames.append(Frame())
            size = self.frames[-1].add(envelope)
        return size

    def is_empty(self):
        return self.frames[0].is_empty()

    def take(self):
        """The frames that were made; the next ones are new."""
        frames, self.frames = self.frames, [Frame()]
        return [bytes(frame.octets) for frame in frames if not frame.is_empty()]


class Assembly:
    """The envelope that is under way in chunks in one direction of a link, in memory for what has arrived of it: section 8.2."""

    def __init__(self, max_frame):
        self.max_frame = max_frame
        self.rest = 0
        self.came = bytearray()

    def add(self, chunk):
        """The envelope's kind and body if it is complete now, or None."""
        if not self.came:
            if KINDS.get(chunk["octets"][0]) not in IN_CHUNKS:
                raise Malformed("chunks of what is not a link's message")
            if 4 + len(chunk["octets"]) + chunk["rest"] > self.max_frame - len(MAGIC):
                raise Malformed("chunks of more than max-frame")
        elif chunk["rest"] != self.rest - len(chunk["octets"]):
            raise Malformed(f"a rest of {chunk['rest']} after one of {self.rest} and {len(chunk['octets'])} octets")
        self.rest = chunk["rest"]
        self.came += chunk["octets"]
        if self.rest:
            return None
        whole, self.came = self.came, bytearray()
        return whole


def decode_frame(octets, topic=None, assembly=None):
    """The envelopes of a link's frame or, if there is a topic, of a feed's. Raises Malformed, with those that stand.

    Instead of a REPEAT there is the message that it stands for, and with an assembly instead of a CHUNK what is complete with it.
    """
    envelopes, in_full = [], []
    reader = Reader(octets)
    try:
        if bytes(reader.take(2)) != MAGIC:
            raise Malformed("not a frame of version 1")
        if not reader.left():
            raise Malformed("a frame without an envelope")
        while reader.left():
            body = Reader(reader.take(reader.number(4)))
            if topic is not None:
                envelope = decode_envelope(body, ON_FEED, in_full)
                check_topic(topic, envelope, envelopes)
            else:
                envelope = decode_envelope(body, ON_LINK, in_full)
            if envelope["kind"] in ALONE and (reader.left() or reader.at != len(MAGIC) + 4 + len(body.octets)):
                raise Malformed(f"{envelope['kind']} with other envelopes in its frame")
            if envelope["kind"] == "CHUNK" and assembly is not None:
                whole = assembly.add(envelope)
                if whole is None:
                    continue
                envelope = decode_envelope(Reader(whole), IN_CHUNKS, [])
            envelopes.append(envelope)
        return envelopes
    except Malformed as e:
        e.stands = envelopes
        raise


def decode_envelope(body, kinds, in_full):
    """An envelope without its length field. A message in full joins those that others of the frame may repeat."""
    size = 4 + body.left()
    kind = KINDS.get(body.number(1))
    if kind not in kinds:
        raise Malformed("a kind that is unknown or has no business there")
    if kind in MESSAGES:
        envelope = read_message(kind, body)
        in_full.append(envelope)
    elif kind == "REPEAT":
        envelope = read_repeat(body, in_full)
    else:
        envelope = read_control(kind, body)
        body.end()
    if envelope["kind"] in USES_CREDIT:
        envelope["size"] = size
    return envelope


def check_topic(topic, envelope, before):
    kind = envelope["kind"]
    if topic["is"] == "channel":
        subject = envelope.get("name", "") if envelope.get("form") == "event" else ""
        fits = kind in ("EVENT", "SURVEY") and envelope["channel"] == topic["channel"] and subject == topic["subject"]
    elif topic["is"] == "confirm":
        fits = kind == "SUBSCRIBED" and envelope["channel"] == topic["channel"] and not before
    elif topic["is"] in ("numbers", "ask"):
        fits = kind == "NUMBERS" and envelope["channel"] == topic["channel"] and not before
    else:
        fits = kind == "HEARTBEAT" and not before
    if not fits:
        raise Malformed(f"{kind} under another topic")


def encode_topic(topic):
    if topic["is"] == "heartbeat":
        return b"\x02"
    if topic["is"] == "confirm":
        return b"\x01" + bytes.fromhex(topic["nonce"]) + text(topic["channel"]) + b"\0"
    if topic["is"] == "numbers":
        return b"\x03" + text(topic["channel"]) + b"\0"
    if topic["is"] == "ask":
        return (b"\x04" + bytes.fromhex(topic["nonce"]) + bytes.fromhex(topic["incarnation"]) + number(int(topic["after"]), 8)
                + number(topic["age"], 4) + text(topic["channel"]) + b"\0")
    return text(topic["channel"]) + b"\0" + text(topic["subject"]) + b"\0"


def encode_subscription(topic):
    """What a SUB asks for: as a topic, but of a channel all whose subject begins with a prefix."""
    if topic["is"] == "channel":
        return text(topic["channel"]) + b"\0" + text(topic["prefix"])
    return encode_topic(topic)


def decode_topic(octets):
    """The topic that octets begin with, and what follows it."""
    reader = Reader(octets)

    def to_nul(least, most):
        length = bytes(reader.octets[reader.at : reader.at + most + 1]).find(b"\0")
        if length < least:
            raise Malformed("a topic that does not end, or has an empty part")
        value = reader.text(length)
        reader.take(1)
        return value

    first = bytes(reader.octets[:1])
    if first == b"\x02":
        reader.take(1)
        topic = {"is": "heartbeat"}
    elif first == b"\x01":
        reader.take(1)
        topic = {"is": "confirm", "nonce": bytes(reader.take(8)).hex(), "channel": to_nul(1, 191)}
    elif first == b"\x03":
        reader.take(1)
        topic = {"is": "numbers", "channel": to_nul(1, 191)}
    elif first == b"\x04":
        reader.take(1)
        topic = {"is": "ask", "nonce": bytes(reader.take(8)).hex(), "incarnation": bytes(reader.take(8)).hex(),
                 "after": str(reader.number(8)), "age": reader.number(4), "channel": to_nul(1, 191)}
    else:
        topic = {"is": "channel", "channel": to_nul(1, 191), "subject": to_nul(0, 255)}
    return topic, reader.rest()


def decode_publication(octets):
    topic, frame = decode_topic(octets)
    return topic, decode_frame(frame, topic)


# --- golden vectors -------------------------------------------------------------------------------------------------------------------


IN_HEXADECIMAL = {"payload", "octets"}
IN_DECIMAL = {"messages", "bytes", "number", "previous", "count", "place"}  # 64 bits, which some parsers of JSON would round


def as_json(envelope):
    def shown(name, value):
        if name in IN_HEXADECIMAL:
            return value.hex()
        return str(value) if name in IN_DECIMAL else value

    return {name: shown(name, value) for name, value in envelope.items() if name != "size"}


def from_json(shown):
    def meant(name, value):
        if name in IN_HEXADECIMAL:
            return bytes.fromhex(value)
        return int(value) if name in IN_DECIMAL else value

    return {name: meant(name, value) for name, value in shown.items()}


def check_vectors(path):
    """Yields what does not agree with the vectors in a file, or their number if all do."""
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    wrong = []

    def decode(vector):
        octets = bytes.fromhex(vector["hex"])
        if vector["on"] == "link":
            return {"envelopes": [as_json(e) for e in decode_frame(octets)]}
        topic, envelopes = decode_publication(octets)
        return {"topic": topic, "envelopes": [as_json(e) for e in envelopes]}

    def decode_all(vector):
        """What comes of frames in that order, and whether one is malformed."""
        assembly, decoded = Assembly(vector["maxFrame"]), []
        for frame in vector["frames"]:
            try:
                decoded += decode_frame(bytes.fromhex(frame), assembly=assembly)
            except Malformed as e:
                return {"stands": [as_json(envelope) for envelope in [*decoded, *e.stands]]}
        return {"decoded": {"envelopes": [as_json(envelope) for envelope in decoded]}}

    for vector in vectors["wellFormed"]:
        try:
            if decode(vector) != vector["decoded"]:
                wrong.append({"wrong": vector["name"], "decoded": decode(vector)})
        except Malformed as e:
            wrong.append({"wrong": vector["name"], "refused": str(e)})
        topic = vector["decoded"].get("topic")
        octets = (encode_topic(topic) if topic else b"") + encode_frame(*map(from_json, vector["decoded"]["envelopes"]))
        if vector["reencodes"] and octets.hex() != vector["hex"]:
            wrong.append({"wrong": vector["name"], "encoded": octets.hex()})
    for vector in vectors["malformed"]:
        try:
            wrong.append({"wrong": vector["name"], "accepted": decode(vector)})
        except Malformed as e:
            if [as_json(envelope) for envelope in e.stands] != vector["stands"]:
                wrong.append({"wrong": vector["name"], "stands": [as_json(envelope) for envelope in e.stands]})
    for vector in vectors["chunked"]:
        came = decode_all(vector)
        if any(vector.get(name) != came.get(name) for name in ("decoded", "stands")):
            wrong.append({"wrong": vector["name"], **came})
    for vector in vectors["subscriptions"]:
        if encode_subscription(vector).hex() != vector["hex"]:
            wrong.append({"wrong": vector["name"], "encoded": encode_subscription(vector).hex()})
    return wrong or [{"agreed": sum(len(vectors[section]) for section in ("wellFormed", "malformed", "chunked", "subscriptions"))}]


# ==================================================================================================================================
# The local directory: docs/local-directory.md
# ==================================================================================================================================


class DirectoryError(Exception):
    """The directory cannot be used."""


class LocalDirectory:
    """The leases of one mesh, and this peer's own among them. Section numbers are those of docs/local-directory.md."""

    FILE = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?~[A-Za-z0-9][A-Za-z0-9._-]{0,62}\.json")
    MOST_OCTETS = 64 * 1024
    TEXTS = ("service", "instance", "incarnation", "address", "since")
    STYLES = ("one-way", "request", "publish", "survey")
    SINCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z")

    def __init__(self, mesh, home=None, ttl=6.0, complain=lambda what: None):
        if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,62}", mesh):
            raise DirectoryError(f"not a mesh's name: {mesh!r}")
        self.base = pathlib.Path(os.path.abspath(home)) if home else self.default_base()
        self.path = self.base / mesh
        self.ttl = ttl
        self.complain = complain
        self.own = None  # what this peer announces
        self.written = b""
        self.is_replaced = False
        self.is_refused = False
        self.renewed = 0.0
        self.known = {}  # by file name: its stamp, what it says (None if unsound), and until when
        self.prepare()

    # --- section 3: the directory

    @staticmethod
    def default_base():
        home = os.environ.get("PARLEY_HOME")
        if home:
            if not os.path.isabs(home):
                raise DirectoryError(f"PARLEY_HOME is not an absolute path: {home}")
            return pathlib.Path(os.path.normpath(home))
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        if os.path.isabs(runtime) and os.path.isdir(runtime) and os.stat(runtime).st_uid == os.getuid():
            return pathlib.Path(runtime) / "parley"
        return pathlib.Path("/tmp") / f"parley-{pwd.getpwuid(os.getuid()).pw_name}"

    def prepare(self):
        """Creates what is missing, and refuses what others could write to."""
        for directory in [*reversed(self.path.parents), self.path]:
            with contextlib.suppress(FileExistsError):
                os.mkdir(directory, 0o700)
        refused = self._refused()
        if refused:
            raise DirectoryError(refused)

    def _refused(self):
        """Why the directory must not be used, or None; OSError if it is not there."""
        for directory in (self.base, self.path):
            status = os.lstat(directory)
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
                return f"{directory} is not a directory of this user's own that nobody else may write to"
        return None

    def _require_usable(self):
        """Another may have taken the directory's place meanwhile; that is told once."""
        refused = self._refused()
        if refused and not self.is_refused:
            self.complain(refused)
        self.is_refused = bool(refused)
        if refused:
            raise OSError(refused)

    # --- section 5: the own lease

    def announce(self, lease):
        """Puts this peer's lease in its place, and keeps it there until `withdraw` if `renew` is called often."""
        self.own = lease
        self.is_replaced = False
        self._write()

    def renew(self):
        """Shows that the peer is alive; does something every third of the lease's time only."""
        if self.own is None or self.is_replaced or time.monotonic() - self.renewed < self.ttl / 3:
            return
        try:
            self._require_usable()
            if self._holds_another():
                self.is_replaced = True
                self.complain(f"another {self.own['service']}/{self.own['instance']} has announced itself")
            elif self._own_file().read_bytes() == self.written:
                os.utime(self._own_file())
                self.renewed = time.monotonic()
            else:
                self._write()
        except OSError:
            with contextlib.suppress(OSError, DirectoryError):
                self.prepare()
                self._write()

    def withdraw(self):
        if self.own is not None and not self.is_replaced:
            with contextlib.suppress(OSError):
                self._require_usable()
                if not self._holds_another():
                    self._own_file().unlink()
        self.own = None

    def _write(self):
        """All at once: section 4.3."""
        self.written = json.dumps({"parley": 1, **self.own, "ttlMillis": int(self.ttl * 1000)}).encode("utf-8")
        temporary = self.path / f".{self._own_file().name}.{secrets.token_hex(8)}.tmp"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self.written)
        os.utime(temporary)
        os.replace(temporary, self._own_file())
        self.renewed = time.monotonic()

    def _own_file(self):
        return self.path / f"{self.own['service']}~{self.own['instance']}.json"

    def _holds_another(self):
        """Another incarnation of the same name may have taken the place."""
        lease = self._read(self._own_file().name)
        return lease is not None and lease["incarnation"] != self.own["incarnation"]

    # --- section 6: the leases of all

    def services(self):
        """All services that have a live instance."""
        return sorted({lease["service"] for lease in self._live("")})

    def instances(self, service):
        """The live instances of a service."""
        return self._live(service + "~")

    def _live(self, prefix):
        try:
            self._require_usable()
            names = {name for name in os.listdir(self.path) if name.startswith(prefix) and self.FILE.fullmatch(name)}
            for name in names:
                self._look(name)
            for name in [name for name in self.known if name.startswith(prefix) and name not in names]:
                del self.known[name]
        except OSError:
            pass  # the directory has vanished: what is known goes on until it is stale
        now = time.monotonic()
        return [lease for name, (_, lease, until) in sorted(self.known.items())
                if lease is not None and now <= until and name.startswith(prefix)]

    def _look(self, name):
        """The wall clock judges only a modification time that is new; from then on the monotonic clock does."""
        try:
            status = os.lstat(self.path / name)
        except OSError:
            self.known.pop(name, None)
            return
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        if name not in self.known or self.known[name][0] != stamp:
            lease, left = self._read(name), 0
            if lease is not None:
                left = lease["ttlMillis"] / 1000 - max(0, time.time() - status.st_mtime)
            self.known[name] = stamp, lease, time.monotonic() + left

    @staticmethod
    def _parse(octets):
        def no_number(text):
            raise ValueError(f"no JSON: {text}")

        return json.loads(octets.decode("utf-8"), parse_constant=no_number)

    @staticmethod
    def _is_whole(number):
        """6e4 and 60000.0 are whole numbers, True is none."""
        return type(number) in (int, float) and number == int(number)

    def _read(self, name):
        """What a lease says, or None if it is not sound: section 4.2."""
        try:
            # Without waiting for a writer, should somebody have put a pipe there.
            with open(os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return None
                octets = file.read(self.MOST_OCTETS + 1)
            lease = {"publishAddress": "", "channels": {}, "metadata": {}, **self._parse(octets)}
            sound = (
                len(octets) <= self.MOST_OCTETS
                and self._is_whole(lease["parley"])
                and lease["parley"] == 1
                and all(isinstance(lease[text], str) and lease[text] for text in self.TEXTS)
                and f"{lease['service']}~{lease['instance']}.json" == name
                and re.fullmatch("[0-9a-f]{16}", lease["incarnation"])
                and self.SINCE.fullmatch(lease["since"])
                and self._is_whole(lease["ttlMillis"])
                and 100 <= lease["ttlMillis"] <= 3_600_000
                and isinstance(lease["publishAddress"], str)
                and all(isinstance(text, str) for text in lease["metadata"].values())
            )
            lease["channels"] = {name: style for name, style in lease["channels"].items() if style in self.STYLES}
            return lease if sound else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return None


# ==================================================================================================================================
# The peer
# ==================================================================================================================================


class Fault(Exception):
    """What a handler raises to answer with a fault, and what a request raises that was answered so."""

    def __init__(self, text="", code=HANDLER_FAILED, name=None):
        super().__init__(text)
        self.code = code
        self.name = name


class TimedOut(Exception):
    """No answer in time: it may or may not have been acted upon."""


class LinkLost(Exception):
    """The link broke before the answer came: it may or may not have been acted upon."""


class NobodyThere(Exception):
    """No instance of the channel's owner was found in time: nothing was sent."""


def encode_payload(value):
    """A payload's octets and its content type."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value), "application/octet-stream"
    if isinstance(value, str):
        return value.encode("utf-8"), "text/plain;charset=utf-8"
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8"), "application/json"


def decode_payload(message):
    content_type = message.get("content-type", "application/octet-stream").lower()
    try:
        if content_type.startswith("application/json"):
            return json.loads(message["payload"].decode("utf-8"))
        if content_type.startswith("text/") or message["kind"] == "FAULT":
            return message["payload"].decode("utf-8")
    except (ValueError, RecursionError) as e:
        raise Fault(f"not the {content_type} that it says: {e}", INVALID_PAYLOAD) from e
    return message["payload"]


def completed(answer, question):
    """An answer with what it leaves out because it belongs to the conversation of what it answers."""
    return {**answer, "correlation": answer.get("correlation", question.get("correlation", question["id"])),
            "causation": answer.get("causation", question["id"])}


def owner_of(channel):
    owner, slash, name = channel.partition("/")
    if not slash or not re.fullmatch("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", owner) or not re.fullmatch(
        "[A-Za-z0-9][A-Za-z0-9._/-]{0,126}", name
    ):
        raise ValueError(f"not a channel: {channel!r}, expected owner/name")
    return owner


class Heart:
    """Tells whether the other side of a link is still there."""

    def __init__(self, interval):
        self.interval = interval
        self.asked = 0
        self.heard()

    def heard(self):
        self.asked = 0
        self.since = time.monotonic()

    def beat(self):
        """What to do now: "ping", "give up" or nothing."""
        silence = time.monotonic() - self.since
        if silence < (self.asked + 1) * self.interval:
            return None
        self.asked += 1
        return "ping" if self.asked <= 3 else "give up"


class Call:
    """A message that waits to be sent or answered. `outcome` is an envelope or an exception once it is there."""

    def __init__(self, channel, envelope, deadline):
        self.channel = channel
        self.envelope = envelope
        self.made = time.monotonic()
        self.deadline = deadline
        self.outcome = None


class Outbox:
    """What goes out on a link: at once and in order, but for what is too large for a frame and what must not overtake that.

    A flush sends one chunk, so that what comes up before the next flush overtakes the rest.
    """

    def __init__(self, send):
        self.send = send
        self.packer = Packer()
        self.waiting = deque()  # channel, octets, and what follows at once: large envelopes, and others for their channels
        self.sent = 4  # how many octets of the first one are; its length field never is

    def put(self, envelope, *followers):
        """Queues an envelope, and others that must not overtake it. Returns how many octets it takes."""
        channel, octets = envelope.get("channel"), encode(envelope)
        if not self.fits(octets) or channel is not None and any(channel == other for other, _, _ in self.waiting):
            self.waiting.append((channel, octets, followers))
            return len(octets)
        size = self.packer.add(envelope)
        for follower in followers:
            self.packer.add(follower)
        return size

    @staticmethod
    def fits(octets):
        return len(octets) <= LARGEST_ON_LINK - len(MAGIC)

    def is_empty(self):
        return self.packer.is_empty() and not self.waiting

    def flush(self):
        for frame in self.packer.take():
            self.send(frame)
        while self.waiting:
            _, octets, followers = self.waiting[0]
            if self.fits(octets):
                self.send(MAGIC + octets)
            else:
                chunk = octets[self.sent : self.sent + LARGEST_CHUNK]
                self.sent += len(chunk)
                self.send(encode_frame({"kind": "CHUNK", "rest": len(octets) - self.sent, "octets": chunk}))
                if self.sent < len(octets):
                    return
                self.sent = 4
            if followers:
                self.send(encode_frame(*followers))
            self.waiting.popleft()


class Link:
    """A link that this peer dialled: its requests, one-way messages and responses go out, and answers come back."""

    def __init__(self, peer, instance):
        self.peer = peer
        self.instance = instance
        self.is_open = self.is_leaving = self.has_ended = self.is_refused = False
        self.dialled = time.monotonic()
        self.waiting = deque()  # calls that wait for WELCOME or credit
        self.unanswered = {}  # requests by id, one-way messages by id and by the token of the PING behind them
        self.used_messages = self.used_bytes = 0
        self.heart = Heart(peer.heartbeat)
        self.assembly = Assembly(MAX_FRAME)
        self.socket = peer.context.socket(zmq.DEALER)
        self.outbox = Outbox(self.socket.send)
        self.socket.setsockopt(zmq.LINGER, 1000)
        self.socket.setsockopt(zmq.SNDHWM, 0)  # credit bounds it
        self.socket.setsockopt(zmq.MAXMSGSIZE, LARGEST_ON_LINK)
        # A connection that breaks ends the link, though the socket would gladly make another.
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.socket.connect(instance["address"])
        peer.watch(self.socket, self.on_readable)
        peer.watch(self.monitor, self.on_disconnected)
        self.socket.send(encode_frame({
            "kind": "HELLO", "min-version": VERSION, "max-version": VERSION, "incarnation": peer.incarnation,
            "target": instance["incarnation"], "service": peer.service, "instance": peer.instance, **peer.terms,
        }))

    def offer(self, call):
        self.waiting.append(call)

    def post(self, envelope):
        """Sends what uses no credit."""
        self.outbox.put(envelope)

    def is_sending(self):
        """Whether there is more to send than the last flush did."""
        return self.is_open and bool(self.outbox.waiting)

    def flush(self):
        while self.is_open and self.waiting:
            call = self.waiting[0]
            if call.outcome is None:
                left = call.deadline - time.monotonic()
                if left <= 0:
                    call.outcome = TimedOut("not sent in time")
                    self.waiting.popleft()
                    continue
                if call.envelope["kind"] == "REQUEST":
                    call.envelope["remaining"] = min(math.ceil(left * 1000), (1 << 32) - 1)
                most = len(encode(call.envelope))  # fewer if it can repeat another
                if most > self.granted["max-frame"] - len(MAGIC):
                    call.outcome = ValueError("larger than the other side takes")
                elif (self.used_messages + 1 > self.granted["messages"]
                        or self.used_bytes + most > self.granted["bytes"]):
                    break
                else:
                    self.used_messages += 1
                    self.used_bytes += self.hand_over(call)
            self.waiting.popleft()
        if self.is_open:
            self.outbox.flush()

    def hand_over(self, call):
        """Returns how many octets of credit it uses."""
        self.unanswered[call.envelope["id"]] = call
        if call.envelope["kind"] == "REQUEST":
            return self.outbox.put(call.envelope)
        # The PONG will come after a FAULT that refuses it, if there is one.
        token = secrets.token_hex(8)
        self.unanswered[token] = call
        return self.outbox.put(call.envelope, {"kind": "PING", "token": token})

    def on_readable(self):
        for (frame,) in self.peer.drain(self.socket, 1):
            self.heart.heard()
            problem = None
            try:
                envelopes = decode_frame(frame, assembly=self.assembly if self.is_open else None)
            except Malformed as e:
                envelopes, problem = e.stands, e
            for envelope in envelopes:
                if not self.has_ended:
                    self.on_envelope(envelope)
            if problem is not None and not self.has_ended:
                self.violated(str(problem))

    def on_envelope(self, envelope):
        kind = envelope["kind"]
        if not self.is_open:
            if kind == "WELCOME" and envelope["chosen-version"] == VERSION:
                self.granted = envelope
                self.is_open = True
                self.peer.pauses.pop(self.instance["incarnation"], None)
            elif kind == "REJECT":
                self.is_refused = envelope["code"] in (REJECTED_VERSION, REJECTED_UNAUTHORISED)
                self.end(f"rejected: {envelope['code']} {envelope['reason']}")
            else:
                self.violated(f"{kind} before WELCOME")
        elif kind in ("REPLY", "FAULT"):
            call = self.unanswered.pop(envelope["in-reply-to"], None)
            if call is not None and call.outcome is None:
                call.outcome = completed(envelope, call.envelope)
        elif kind == "CREDIT":
            if envelope["messages"] < self.granted["messages"] or envelope["bytes"] < self.granted["bytes"]:
                self.violated("credit that falls")
            else:
                self.granted.update(messages=envelope["messages"], bytes=envelope["bytes"])
        elif kind == "PING":
            self.post({"kind": "PONG", "token": envelope["token"]})
        elif kind == "PONG":
            call = self.unanswered.pop(envelope["token"], None)
            if call is not None:
                self.unanswered.pop(call.envelope["id"], None)
                if call.outcome is None:
                    call.outcome = envelope
        elif kind == "GOING-AWAY":
            self.is_leaving = True
            self.peer.unrouted.extend(self.waiting)
            self.waiting.clear()
        elif kind == "REJECT":
            self.end(f"rejected: {envelope['code']} {envelope['reason']}")
        else:
            self.violated(f"{kind} from an acceptor")

    def on_disconnected(self):
        self.on_readable()  # what came before the break still counts
        self.end("the connection broke")

    def beat(self):
        if not self.is_open:
            if time.monotonic() - self.dialled > self.peer.patience:
                self.end("not welcomed in time")
            return
        verdict = self.heart.beat()
        if verdict == "ping":
            self.post({"kind": "PING", "token": secrets.token_hex(8)})
        elif verdict == "give up":
            self.end("silent for too long")

    def violated(self, how):
        self.socket.send(encode_frame({"kind": "REJECT", "code": REJECTED_MALFORMED, "reason": how[:200]}))
        self.end(f"protocol violated: {how}")

    def give_up(self, call):
        """Nobody awaits the answer any more."""
        if self.unanswered.pop(call.envelope["id"], None) is not None and call.envelope["kind"] == "REQUEST":
            self.post({"kind": "CANCEL", "id": call.envelope["id"]})

    def end(self, reason):
        """Fails what was outstanding; what was not sent yet seeks another way."""
        if self.has_ended:
            return
        self.has_ended = True
        self.peer.unwatch(self.socket)
        self.peer.unwatch(self.monitor)
        self.socket.disable_monitor()
        self.monitor.close(0)
        self.socket.close()
        self.peer.links.pop(self.instance["incarnation"], None)
        if not self.is_open:
            self.peer.shun(self.instance, self.is_refused)
        for call in self.unanswered.values():
            if call.outcome is None:
                call.outcome = LinkLost(reason)
        self.peer.unrouted.extend(self.waiting)


class Guest:
    """A link that another peer dialled: its messages come in, and answers go back."""

    def __init__(self, peer, routing_id, hello):
        self.peer = peer
        self.routing_id = routing_id
        self.hello = hello
        self.has_ended = False
        self.outbox = Outbox(lambda frame: peer.answer(routing_id, frame))
        self.assembly = Assembly(MAX_FRAME)
        self.granted = dict(peer.terms)
        self.received_messages = self.received_bytes = 0
        self.finished_messages = self.finished_bytes = 0
        self.heart = Heart(peer.heartbeat)

    def post(self, envelope):
        self.outbox.put(envelope)

    def is_sending(self):
        """Whether there is more to send than the last flush did."""
        return bool(self.outbox.waiting)

    def flush(self):
        if not self.has_ended:
            self.outbox.flush()

    def on_frame(self, frame):
        self.heart.heard()
        problem = None
        try:
            envelopes = decode_frame(frame, assembly=self.assembly)
        except Malformed as e:
            envelopes, problem = e.stands, e
        for envelope in envelopes:
            if not self.has_ended:
                self.on_envelope(envelope)
        if problem is not None and not self.has_ended:
            self.violated(str(problem))

    def on_envelope(self, envelope):
        kind = envelope["kind"]
        if kind in USES_CREDIT:
            self.received_messages += 1
            self.received_bytes += envelope["size"]
            if self.received_messages > self.granted["messages"] or self.received_bytes > self.granted["bytes"]:
                self.violated("credit overdrawn")
                return
            self.on_message(envelope)
            self.finished_messages += 1
            self.finished_bytes += envelope["size"]
            self.grant()
        elif kind in ("RESPONSE", "FAULT"):
            envelope["from"] = self.hello["service"], self.hello["instance"]
            self.peer.on_response(envelope)
        elif kind == "PING":
            self.post({"kind": "PONG", "token": envelope["token"]})
        elif kind == "REJECT":
            self.end()
        elif kind not in ("PONG", "CREDIT", "GOING-AWAY", "CANCEL"):
            # Those need nothing done: no message goes to a dialler, and a handler has ended before its CANCEL is read.
            self.violated(f"{kind} from a dialler")

    def on_message(self, message):
        try:
            result = self.peer.handle(message, (self.hello["service"], self.hello["instance"]))
            if message["kind"] == "REQUEST":
                self.post(self.peer.answering("REPLY", message, result, self.hello["max-frame"]))
        except Fault as fault:
            if message["kind"] == "REQUEST" or fault.code < HANDLER_FAILED:
                self.post(self.peer.answering("FAULT", message, fault))

    def grant(self):
        """Tells new credit when half of the window is used."""
        messages = self.finished_messages + self.peer.terms["messages"]
        octets = self.finished_bytes + self.peer.terms["bytes"]
        if (messages - self.granted["messages"] >= self.peer.terms["messages"] / 2
                or octets - self.granted["bytes"] >= self.peer.terms["bytes"] / 2):
            self.granted.update(messages=messages, bytes=octets)
            self.post({"kind": "CREDIT", "messages": messages, "bytes": octets})

    def beat(self):
        verdict = self.heart.beat()
        if verdict == "ping":
            self.post({"kind": "PING", "token": secrets.token_hex(8)})
        elif verdict == "give up":
            self.end()

    def violated(self, how):
        self.flush()
        self.peer.answer(self.routing_id, encode_frame({"kind": "REJECT", "code": REJECTED_MALFORMED, "reason": how[:200]}))
        self.end()

    def end(self):
        self.has_ended = True
        self.peer.guests.pop(self.routing_id, None)


class Subscription:
    """What this peer wants to hear on a channel, from all publishers of it."""

    def __init__(self, channel, prefix, handler, on_gap=None, on_confirmed=None, answers=False):
        self.channel = channel
        self.prefix = prefix
        self.handler = handler
        self.on_gap = on_gap or (lambda gap: None)
        self.on_confirmed = on_confirmed or (lambda publisher: None)
        self.answers = answers
        self.first = {}  # the number in the first SUBSCRIBED, by the publisher's incarnation
        self.seen = {}  # the last number, by the publisher's incarnation and the subject

    def is_confirmed(self):
        return bool(self.first)

    def wants(self, topic):
        return topic["channel"] == self.channel and topic["subject"].startswith(self.prefix)

    def note_number(self, publisher, subject, message):
        """Tells of a gap before this message, if there is one."""
        known = self.seen.get((publisher, subject), self.first.get(publisher))
        self.seen[publisher, subject] = message["number"]
        if known is not None and message["previous"] > known:
            self.on_gap({"channel": self.channel, "subject": subject, "after": known, "before": message["number"]})

    def forget(self, publisher):
        self.first.pop(publisher, None)
        self.seen = {key: number for key, number in self.seen.items() if key[0] != publisher}


class Feed:
    """What one publisher publishes, as far as this peer has subscribed to it."""

    def __init__(self, peer, instance):
        self.peer = peer
        self.instance = instance
        self.publisher = instance["incarnation"]
        self.heard = self.opened = time.monotonic()
        self.interval = peer.heartbeat
        self.socket = peer.context.socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME + 1024)
        self.socket.connect(instance["publishAddress"])
        self.socket.setsockopt(zmq.SUBSCRIBE, encode_subscription({"is": "heartbeat"}))
        self.awaited = {}  # subscriptions not confirmed yet, by nonce
        self.subscribed = set()
        peer.watch(self.socket, self.on_readable)

    def subscribe(self, subscription):
        """First to the channel, then for a confirmation, which tells that the former is in force."""
        nonce = secrets.token_hex(8)
        self.awaited[nonce] = subscription
        self.subscribed.add(subscription)
        for topic in ({"is": "channel", "channel": subscription.channel, "prefix": subscription.prefix},
                      {"is": "confirm", "channel": subscription.channel, "nonce": nonce}):
            self.socket.setsockopt(zmq.SUBSCRIBE, encode_subscription(topic))
        self.opened = time.monotonic()

    def on_readable(self):
        for (octets,) in self.peer.drain(self.socket, 1):
            self.heard = time.monotonic()
            try:
                topic, envelopes = decode_publication(octets)
            except Malformed as e:
                try:
                    topic, envelopes = decode_topic(octets)[0], e.stands
                except Malformed:
                    continue
            for envelope in envelopes:
                self.on_envelope(topic, envelope)

    def on_envelope(self, topic, envelope):
        kind = envelope["kind"]
        if kind in ("HEARTBEAT", "SUBSCRIBED") and envelope["incarnation"] != self.publisher:
            return  # another peer has the address now; the directory will tell where this one is
        if kind == "HEARTBEAT":
            self.interval = max(envelope["interval"] / 1000, 0.01)
        elif kind == "SUBSCRIBED":
            subscription = self.awaited.pop(topic["nonce"], None)
            if subscription is not None and self.publisher not in subscription.first:
                subscription.first[self.publisher] = envelope["number"]
                subscription.on_confirmed(envelope)
        else:
            envelope["from"] = self.instance["service"], self.instance["instance"]
            for subscription in [s for s in self.subscribed if s.wants(topic)]:
                subscription.note_number(self.publisher, topic["subject"], envelope)
                if subscription.answers == (kind == "SURVEY"):
                    self.peer.on_published(subscription, self.instance, envelope)

    def beat(self):
        """False if the feed has to be opened afresh."""
        now = time.monotonic()
        return now - self.heard <= 3 * self.interval + 1 and not (self.awaited and now - self.opened > self.peer.patience)

    def end(self):
        self.peer.unwatch(self.socket)
        self.socket.close()


class Peer:
    """One participant of a mesh: an instance of a service. Confined to one thread, and to be closed."""

    SUBJECTS = 10_000
    GUESTS = 10_000
    TURN = 0.05  # seconds, as below
    LEAVE = 0.2

    def __init__(self, service, mesh, home=None, instance=None, heartbeat=2.0, ttl=6.0, patience=3.0, host="127.0.0.1",
                 window=4096, complain=lambda what: None):
        if zmq is None:
            raise ImportError("A peer needs pyzmq; scripts/python-with-pyzmq brings it")
        self.service = service
        self.instance = instance or f"{service}-{secrets.token_hex(2)}"
        self.incarnation = f"{secrets.randbits(64) or 1:016x}"
        self.heartbeat = heartbeat
        self.patience = patience
        self.complain = complain
        self.terms = {"max-frame": MAX_FRAME, "messages": window, "bytes": 4 * MAX_FRAME}
        self.since = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.stopping = self.closed = False

        self.sequences = itertools.count(1)
        self.channels = {}  # our own: name to style
        self.handlers = {}
        self.links = {}  # by the other's incarnation
        self.guests = {}  # by routing id
        self.feeds = {}  # by the publisher's incarnation
        self.subscriptions = []
        self.unrouted = deque()  # calls without a link
        self.surveys = {}  # those under way: id to the survey and the list of what came back
        self.pauses = {}  # instances that did not welcome us: how long not to dial them, and since when
        self.numbers = {}  # the last number published, by channel
        self.previous = OrderedDict()  # the same by channel and subject, the least recent first
        self.subscribed_here = []  # channels that somebody asked a confirmation for
        self.looked = self.beaten = 0.0

        self.directory = LocalDirectory(mesh, home, ttl, complain)
        self.context = zmq.Context()
        self.poller = zmq.Poller()
        self.watched = {}
        self.router = self.context.socket(zmq.ROUTER)
        self.router.setsockopt(zmq.LINGER, 1000)
        self.router.setsockopt(zmq.SNDHWM, 0)
        self.router.setsockopt(zmq.MAXMSGSIZE, LARGEST_ON_LINK)
        self.router.setsockopt(zmq.ROUTER_MANDATORY, 1)  # tell us when a dialler is gone
        self.router.bind(f"tcp://{host}:*")
        self.xpub = self.context.socket(zmq.XPUB)
        self.xpub.setsockopt(zmq.LINGER, 1000)
        self.xpub.setsockopt(zmq.XPUB_VERBOSE, 1)  # tell us of a subscriber that is back
        self.xpub.bind(f"tcp://{host}:*")
        self.watch(self.router, self.on_guests)
        self.watch(self.xpub, self.on_subscriptions)
        self.announce()

    # --- what an application says ---------------------------------------------------------------------------------------------

    def on_request(self, channel, handler):
        """Answers requests on an own channel with what handler(message) returns; it raises Fault to refuse or to fail."""
        self.offer(channel, "request", handler)

    def on_one_way(self, channel, handler):
        """Has one-way messages on an own channel handled by handler(message)."""
        self.offer(channel, "one-way", handler)

    def offer(self, channel, style, handler=None):
        """Announces an own channel. One to publish on is offered by the first publish, too; sooner is better for subscribers."""
        if owner_of(channel) != self.service:
            raise ValueError(f"{channel} is not {self.service}'s")
        self.channels[channel] = style
        if handler is not None:
            self.handlers[channel] = handler
        self.announce()

    def request(self, channel, payload, timeout=10.0, **fields):
        """Asks one instance of the channel's owner and returns the reply."""
        reply = self.call("REQUEST", channel, payload, timeout, fields)
        reply["value"] = decode_payload(reply)
        return reply

    def send(self, channel, payload, timeout=10.0, **fields):
        """Sends a one-way message and waits until it has arrived. Not until it is handled: nobody would tell."""
        self.call("ONE-WAY", channel, payload, timeout, fields)

    def subscribe(self, channel, handler, prefix="", on_gap=None, on_confirmed=None):
        """Has events of all the channel's publishers handled whose name begins with `prefix`."""
        return self.follow(Subscription(channel, prefix, handler, on_gap, on_confirmed))

    def respond(self, channel, handler, on_confirmed=None):
        """Answers surveys on a channel with what handler(message) returns; None is no answer."""
        return self.follow(Subscription(channel, "", handler, on_confirmed=on_confirmed, answers=True))

    def follow(self, subscription):
        owner_of(subscription.channel)
        self.subscriptions.append(subscription)
        self.looked = 0.0
        return subscription

    def publish(self, channel, payload, **fields):
        """Publishes an event on an own channel, with `name=` if subscribers shall be able to select by it."""
        self.publish_all(channel, [payload], **fields)

    def publish_all(self, channel, payloads, **fields):
        """Publishes events that differ in nothing but their payloads, many at once."""
        if self.channels.get(channel) not in ("publish", "survey"):
            self.offer(channel, "publish")
        if "name" in fields:
            fields.setdefault("form", "event")
        self.put_out([self.message("EVENT", channel, payload, fields) for payload in payloads])

    def survey(self, channel, payload, limit=2.0, count=None, **fields):
        """Asks all subscribers of an own channel and returns what came back in time, or the first `count` of it."""
        if self.channels.get(channel) != "survey":
            self.offer(channel, "survey")
        message = self.message("SURVEY", channel, payload, fields)
        message["remaining"] = math.ceil(limit * 1000)
        message["return-address"] = {"service": self.service, "instance": self.instance}
        came = []
        self.surveys[message["id"]] = message, came
        self.put_out([message])
        self.run_until(lambda: count is not None and len(came) >= count, limit)
        del self.surveys[message["id"]]
        return came

    def run(self):
        """Takes part until stop()."""
        self.run_until(lambda: False)

    def run_until(self, done, timeout=None):
        """Takes part until done() holds, and returns whether it does; at most for `timeout` seconds, or until stop()."""
        end = None if timeout is None else time.monotonic() + timeout
        while not done() and not self.stopping and (end is None or time.monotonic() < end):
            self.turn()
        return bool(done())

    def stop(self):
        """Ends run() and run_until() soon; from any thread, and from signal handlers."""
        self.stopping = True

    def close(self):
        """Takes the announcement back, tells the others, refuses for a moment what crosses that, sends what is queued."""
        if self.closed:
            return
        self.closed = True
        self.directory.withdraw()
        self.subscriptions.clear()
        for end in [*self.links.values(), *self.guests.values()]:
            end.post({"kind": "GOING-AWAY", "millis": int(self.LEAVE * 1000)})
        self.flush()
        end = time.monotonic() + self.LEAVE
        while (self.guests or any(not link.outbox.is_empty() for link in self.links.values())) and time.monotonic() < end:
            self.turn()
        for link in list(self.links.values()):
            link.end("closed here")
        for feed in self.feeds.values():
            feed.end()
        self.router.close()
        self.xpub.close()
        self.context.term()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # --- messages -------------------------------------------------------------------------------------------------------------

    def next_id(self):
        return f"{self.incarnation}-{next(self.sequences)}"

    def message(self, kind, channel, payload, fields):
        octets, content_type = encode_payload(payload)
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        return {"kind": kind, "id": self.next_id(), "form": "document", "channel": channel, "content-type": content_type,
                **fields, "payload": octets}

    def answering(self, kind, question, result, max_frame=MAX_FRAME):
        """What answers `question`: with a result, or with a Fault."""
        answer = {"kind": kind, "id": self.next_id(), "form": "document", "in-reply-to": question["id"]}
        if "traceparent" in question:
            answer["traceparent"] = question["traceparent"]
        if kind == "FAULT":
            answer.update({"fault": result.code, "payload": str(result)[:1000].replace("\0", "").encode("utf-8", "replace")})
            if result.name:
                answer["fault-name"] = result.name[:60]
            return answer
        try:
            answer["payload"], answer["content-type"] = encode_payload(result)
        except (TypeError, ValueError, RecursionError) as e:
            raise Fault(f"the answer cannot be encoded: {e}", UNSENDABLE_REPLY) from e
        if len(encode(answer)) > max_frame - len(MAGIC):
            raise Fault("the answer is larger than the other side takes", UNSENDABLE_REPLY)
        return answer

    def call(self, kind, channel, payload, timeout, fields):
        owner_of(channel)
        message = self.message(kind, channel, payload, fields)
        if kind == "REQUEST":
            message["return-address"] = {"service": self.service, "instance": self.instance}
        call = Call(channel, message, time.monotonic() + timeout)
        self.unrouted.append(call)
        self.route()
        self.flush()
        self.run_until(lambda: call.outcome is not None, timeout)
        if call.outcome is None:
            call.outcome = TimedOut("no answer in time")
            for link in self.links.values():
                link.give_up(call)
                link.flush()
        if isinstance(call.outcome, Exception):
            raise call.outcome
        if call.outcome["kind"] == "FAULT":
            raise Fault(call.outcome["payload"].decode("utf-8"), call.outcome["fault"], call.outcome.get("fault-name"))
        return call.outcome

    def handle(self, message, sender):
        """Has an incoming message handled; raises Fault."""
        channel, style = message["channel"], "request" if message["kind"] == "REQUEST" else "one-way"
        if self.closed:
            raise Fault(f"{self.service}/{self.instance} is closing", GOING_AWAY)
        if message.get("remaining") == 0:
            raise Fault("its time was up before it could begin", TOO_LATE)
        if channel not in self.handlers:
            raise Fault(f"nobody handles {channel} here", UNKNOWN_CHANNEL)
        if self.channels[channel] != style:
            raise Fault(f"{channel} is of style {self.channels[channel]}", WRONG_STYLE)
        return self.invoke(self.handlers[channel], message, sender)

    def invoke(self, handler, message, sender):
        message["value"] = decode_payload(message)
        message["from"] = sender
        try:
            return handler(message)
        except Fault:
            raise
        except Exception as e:
            self.complain(f"the handler of {message['channel']} failed: {e!r}")
            raise Fault(f"{type(e).__name__}: {e}") from e

    # --- publishing -----------------------------------------------------------------------------------------------------------

    def put_out(self, messages):
        """Numbers and publishes messages of one channel and subject."""
        packer = Packer()
        for message in messages:
            channel, subject = message["channel"], message.get("name", "") if message["form"] == "event" else ""
            topic = {"is": "channel", "channel": channel, "subject": subject}
            message["number"] = self.numbers[channel] = self.numbers.get(channel, 0) + 1
            message["previous"] = self.previous.pop((channel, subject), 0)
            self.previous[channel, subject] = message["number"]
            if len(self.previous) > self.SUBJECTS:
                self.previous.popitem(last=False)
            packer.add(message)
        for frame in packer.take():
            self.xpub.send(encode_topic(topic) + frame)

    def put_out_as(self, topic, envelope):
        self.xpub.send(encode_topic(topic) + encode_frame(envelope))

    def on_subscriptions(self):
        for (octets,) in self.drain(self.xpub, 1):
            try:
                topic, rest = decode_topic(octets[1:])
            except Malformed:
                continue  # a prefix of a channel's topic
            if octets[:1] == b"\x01" and topic["is"] == "confirm" and not len(rest):
                channel = topic["channel"]
                self.subscribed_here.append(channel)
                del self.subscribed_here[:-1000]
                self.put_out_as(topic, {"kind": "SUBSCRIBED", "incarnation": self.incarnation, "service": self.service,
                                        "instance": self.instance, "channel": channel, "number": self.numbers.get(channel, 0)})

    def on_published(self, subscription, publisher, message):
        try:
            result = self.invoke(subscription.handler, message, message["from"])
            answer = None if result is None else self.answering("RESPONSE", message, result)
        except Fault as fault:
            answer = self.answering("FAULT", message, fault)
        if subscription.answers and answer is not None:
            # The way back is the registry's, not the message's.
            link = self.link_to(publisher)
            if link is not None:
                link.post(answer)

    def on_response(self, envelope):
        survey, came = self.surveys.get(envelope["in-reply-to"], (None, ()))
        if survey is not None and all(envelope["from"] != other["from"] for other in came):
            envelope = completed(envelope, survey)
            try:
                envelope["value"] = decode_payload(envelope)
            except Fault as fault:
                self.complain(f"a response is {fault}")
                return
            came.append(envelope)

    # --- one turn -------------------------------------------------------------------------------------------------------------

    def turn(self):
        """Everything that moves: what came in, what the time brings, what goes out."""
        is_sending = any(end.is_sending() for end in [*self.links.values(), *self.guests.values()])
        for socket, _ in self.poller.poll(0 if is_sending else self.TURN * 1000):
            if socket in self.watched:  # a callback may have ended another's link
                self.watched[socket]()
        now = time.monotonic()
        if now - self.looked >= 0.25:
            self.looked = now
            self.look()
        self.beat(now)
        self.route()
        self.flush()

    def flush(self):
        for end in [*self.links.values(), *self.guests.values()]:
            end.flush()

    def look(self):
        """Renews the lease and follows the publishers that are there."""
        self.directory.renew()
        wanted = {}
        for subscription in self.subscriptions:
            for instance in self.directory.instances(owner_of(subscription.channel)):
                if instance["publishAddress"]:
                    wanted.setdefault(instance["incarnation"], (instance, []))[1].append(subscription)
        for publisher in [publisher for publisher in self.feeds if publisher not in wanted]:
            self.feeds.pop(publisher).end()
            for subscription in self.subscriptions:
                subscription.forget(publisher)
        for publisher, (instance, subscriptions) in wanted.items():
            if publisher in self.feeds and not self.feeds[publisher].beat():
                self.complain(f"the feed of {instance['service']}/{instance['instance']} is opened afresh")
                self.feeds.pop(publisher).end()
            if publisher not in self.feeds:
                self.feeds[publisher] = Feed(self, instance)
            for subscription in subscriptions:
                if subscription not in self.feeds[publisher].subscribed:
                    self.feeds[publisher].subscribe(subscription)

    def beat(self, now):
        for end in [*self.links.values(), *self.guests.values()]:
            end.beat()
        if now - self.beaten >= self.heartbeat:
            self.beaten = now
            self.put_out_as({"is": "heartbeat"}, {"kind": "HEARTBEAT", "incarnation": self.incarnation,
                                                  "interval": int(self.heartbeat * 1000)})

    def route(self):
        """Gives calls that have none a link."""
        for _ in range(len(self.unrouted)):
            call = self.unrouted.popleft()
            link = self.choose(call.channel) if call.outcome is None else None
            if link is not None:
                link.offer(call)
            elif call.outcome is None and time.monotonic() - call.made < self.patience:
                self.unrouted.append(call)
            elif call.outcome is None:
                call.outcome = NobodyThere(f"no instance of {owner_of(call.channel)} can be reached")

    def choose(self, channel):
        """A link to an instance that reads the channel, by preference an open one."""
        instances = self.directory.instances(owner_of(channel))
        readers = [i for i in instances if channel in i["channels"]] or instances
        open_ones = [i for i in readers if i["incarnation"] in self.links and self.links[i["incarnation"]].is_open]
        random.shuffle(readers)
        for instance in [*(open_ones and [random.choice(open_ones)]), *readers]:
            link = self.link_to(instance)
            if link is not None and not link.is_leaving:
                return link
        return None

    def link_to(self, instance):
        """A link to that incarnation, dialled now if need be; None for one that did not welcome us lately."""
        incarnation = instance["incarnation"]
        pause, since = self.pauses.get(incarnation, (0, 0))
        if incarnation not in self.links and time.monotonic() - since >= pause:
            self.links[incarnation] = Link(self, instance)
        return self.links.get(incarnation)

    def shun(self, instance, refused=False):
        pause, _ = self.pauses.get(instance["incarnation"], (0.1, 0))
        self.pauses[instance["incarnation"]] = 20.0 if refused else min(2 * pause, 10.0), time.monotonic()

    def on_guests(self):
        for routing_id, frame in self.drain(self.router, 2):
            guest = self.guests.get(routing_id)
            if guest is not None:
                guest.on_frame(frame)
            else:
                self.on_stranger(routing_id, frame)

    def on_stranger(self, routing_id, frame):
        """Only a HELLO is answered, and be it malformed."""
        try:
            (hello,) = decode_frame(frame)
        except (Malformed, ValueError) as e:
            if frame[:2] == MAGIC and frame[6:7] == number(CODES["HELLO"], 1):
                rejection = {"kind": "REJECT", "code": REJECTED_MALFORMED, "reason": ascii(str(e))[:200]}
                self.answer(routing_id, encode_frame(rejection))
            return
        if hello["kind"] != "HELLO":
            return
        rejection = None
        if len(self.guests) >= self.GUESTS:
            rejection = {"code": REJECTED_OVERLOADED, "reason": "too many links"}
        elif not hello["min-version"] <= VERSION <= hello["max-version"]:
            rejection = {"code": REJECTED_VERSION, "reason": f"only version {VERSION} is spoken here"}
        elif hello["target"] not in (self.incarnation, "0" * 16):
            rejection = {"code": REJECTED_INCARNATION, "reason": "another incarnation is here now"}
        if rejection is not None:
            self.answer(routing_id, encode_frame({"kind": "REJECT", **rejection}))
            return
        self.guests[routing_id] = Guest(self, routing_id, hello)
        self.answer(routing_id, encode_frame({"kind": "WELCOME", "chosen-version": VERSION, "incarnation": self.incarnation,
                                              "service": self.service, "instance": self.instance, **self.terms,
                                              "publish-address": self.xpub.getsockopt_string(zmq.LAST_ENDPOINT)}))

    def answer(self, routing_id, frame):
        try:
            self.router.send_multipart([routing_id, frame], zmq.NOBLOCK)
        except zmq.ZMQError:
            if routing_id in self.guests:
                self.guests[routing_id].end()

    def announce(self):
        self.directory.announce({
            "service": self.service, "instance": self.instance, "incarnation": self.incarnation,
            "address": self.router.getsockopt_string(zmq.LAST_ENDPOINT),
            "publishAddress": self.xpub.getsockopt_string(zmq.LAST_ENDPOINT),
            "channels": self.channels, "since": self.since, "metadata": {"language": "python"},
        })

    # --- sockets --------------------------------------------------------------------------------------------------------------

    def watch(self, socket, on_readable):
        self.watched[socket] = on_readable
        self.poller.register(socket, zmq.POLLIN)

    def unwatch(self, socket):
        if self.watched.pop(socket, None) is not None:
            self.poller.unregister(socket)

    def drain(self, socket, parts):
        """What is there and has so many parts; at most 100 of them, so that no socket keeps the others waiting."""
        for _ in range(100):
            if socket.closed:
                return
            try:
                received = socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            if len(received) == parts:
                yield received


# ==================================================================================================================================
# The command line
# ==================================================================================================================================

OK, FAILED, WRONG_USAGE, NO_ANSWER, NOT_FOUND, INTERRUPTED = 0, 1, 2, 3, 4, 130


def tell(**what):
    """One line of JSON on the standard output."""
    print(json.dumps(what, ensure_ascii=False, default=lambda octets: {"hex": octets.hex()}), flush=True)


def described(message):
    """What of a message is worth telling."""
    told = {name: message[name] for name in ("id", "channel", "name", "aggregate", "key", "number", "correlation", "type", "form")
            if name in message}
    if "from" in message:
        told["from"] = "/".join(message["from"])
    if "headers" in message:
        told["headers"] = {header["name"]: header["value"] for header in message["headers"]}
    told["payload"] = message.get("value", message["payload"])
    return told


def fields_of(arguments):
    """The fields that were given on the command line."""
    fields = {name: getattr(arguments, name) for name in ("key", "correlation", "type", "traceparent") if getattr(arguments, name)}
    if arguments.command_name:
        fields.update(form="command", name=arguments.command_name)
    if arguments.event_name:
        fields.update(form="event", name=arguments.event_name)
    if arguments.header:
        fields["headers"] = [dict(zip(("name", "value"), header.split("=", 1))) for header in arguments.header]
    return fields


def serve(peer, arguments):
    """Answers and listens on a few channels until it is told to end."""

    def echo(message):
        value = message["value"]
        return {**value, "echoedBy": peer.instance} if isinstance(value, dict) else value

    def upper(message):
        value = message["value"]
        if isinstance(value, dict):
            return {name: part.upper() if isinstance(part, str) else part for name, part in value.items()}
        if not isinstance(value, str):
            raise Fault("only texts have an upper case", name="NO_TEXT")
        return value.upper()

    def fail(message):
        wish = message["value"] if isinstance(message["value"], dict) else {}
        raise Fault(wish.get("text", "as you wished"), int(wish.get("code", HANDLER_FAILED)), wish.get("name"))

    def publish(message):
        wish = message["value"]
        fields = {"name": wish["name"], "aggregate": wish.get("aggregate")} if wish.get("name") else {}
        peer.publish_all(f"{peer.service}/events", [wish.get("payload")] * int(wish.get("times", 1)),
                         **{name: value for name, value in fields.items() if value is not None})

    def respond(message):
        tell(survey=described(message))
        return {"from": peer.instance, "asked": message["value"]}

    peer.on_request(f"{peer.service}/echo", echo)
    peer.on_request(f"{peer.service}/upper", upper)
    peer.on_request(f"{peer.service}/fail", fail)
    peer.on_one_way(f"{peer.service}/inbox", lambda message: tell(received=described(message)))
    peer.on_one_way(f"{peer.service}/publish", publish)
    peer.offer(f"{peer.service}/events", "publish")
    for channel in arguments.subscribe:
        listen(peer, channel)
    for channel in arguments.respond:
        peer.respond(channel, respond, on_confirmed=lambda publisher: tell(subscribed=f"{publisher['service']}/{publisher['instance']}",
                                                                           channel=publisher["channel"]))
    tell(ready=f"{peer.service}/{peer.instance}", incarnation=peer.incarnation, channels=peer.channels)
    peer.run()
    return OK


def listen(peer, channel, prefix="", on_event=lambda message: None):
    def heard(message):
        tell(event=described(message))
        on_event(message)

    return peer.subscribe(
        channel, heard, prefix, on_gap=lambda gap: tell(gap=gap),
        on_confirmed=lambda publisher: tell(subscribed=f"{publisher['service']}/{publisher['instance']}", channel=publisher["channel"]),
    )


def subscribe(peer, arguments):
    heard = []
    listen(peer, arguments.channel, arguments.prefix, heard.append)
    enough = peer.run_until(lambda: arguments.count is not None and len(heard) >= arguments.count, arguments.timeout)
    return OK if enough or arguments.count is None else NO_ANSWER


def request(peer, arguments):
    tell(reply=described(peer.request(arguments.channel, arguments.payload, arguments.timeout, **fields_of(arguments))))
    return OK


def send(peer, arguments):
    peer.send(arguments.channel, arguments.payload, arguments.timeout, **fields_of(arguments))
    tell(sent=arguments.channel)
    return OK


def await_subscribers(peer, arguments):
    return peer.run_until(lambda: peer.subscribed_here.count(arguments.channel) >= arguments.subscribers, arguments.timeout)


def publish(peer, arguments):
    peer.offer(arguments.channel, "publish")
    if not await_subscribers(peer, arguments):
        raise NobodyThere(f"fewer than {arguments.subscribers} subscribed to {arguments.channel}")
    peer.publish_all(arguments.channel, [arguments.payload] * arguments.times, **fields_of(arguments))
    tell(published=arguments.channel, last=peer.numbers[arguments.channel])
    return OK


def survey(peer, arguments):
    peer.offer(arguments.channel, "survey")
    if not await_subscribers(peer, arguments):
        raise NobodyThere(f"fewer than {arguments.subscribers} subscribed to {arguments.channel}")
    responses = peer.survey(arguments.channel, arguments.payload, arguments.limit, arguments.count, **fields_of(arguments))
    for response in responses:
        tell(**{response["kind"].lower(): described(response)})
    return OK if responses else NO_ANSWER


def instances(peer, arguments):
    for service in [arguments.of] if arguments.of else peer.directory.services():
        for instance in peer.directory.instances(service):
            if instance["incarnation"] != peer.incarnation:
                tell(**instance)
    return OK


def json_text(text):
    try:
        return json.loads(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(f"not JSON: {e}") from e


def parse(arguments):
    parser = argparse.ArgumentParser(description="A peer of a Parley mesh.", epilog="It tells what it has to tell as lines of JSON.")
    parser.add_argument("--mesh", default=os.environ.get("PARLEY_MESH", "default"), help="the mesh (default: $PARLEY_MESH, or default)")
    parser.add_argument("--home", help="where the meshes of this user are (default: $PARLEY_HOME and what follows it)")
    parser.add_argument("--service", default="visitor", help="the service that this is an instance of (default: visitor)")
    parser.add_argument("--instance", help="the instance's name (default: the service's and four random digits)")
    parser.add_argument("--heartbeat", type=float, default=2.0, help="in seconds (default: 2)")
    parser.add_argument("--ttl", type=float, default=6.0, help="how long the lease lasts, in seconds (default: 6)")
    parser.add_argument("--verbose", action="store_true", help="complain on the error output")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, does, about, payload=False):
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(does=does)
        if payload:
            sub.add_argument("channel", help="owner/name")
            sub.add_argument("payload", type=json_text, metavar="JSON")
            sub.add_argument("--timeout", type=float, default=10.0, help="in seconds (default: 10)")
            sub.add_argument("--key")
            sub.add_argument("--correlation")
            sub.add_argument("--type", help="what the payload is, for people")
            sub.add_argument("--traceparent")
            sub.add_argument("--header", action="append", metavar="NAME=VALUE")
            sub.add_argument("--command", dest="command_name", metavar="OPERATION", help="send a command instead of a document")
            sub.add_argument("--event", dest="event_name", metavar="NAME", help="send an event instead of a document")
        return sub

    sub = command("serve", serve, "answer requests on echo, upper and fail, print what comes to inbox, publish on events what comes to "
                                  "publish, until ended")
    sub.add_argument("--subscribe", action="append", default=[], metavar="CHANNEL", help="print its events too")
    sub.add_argument("--respond", action="append", default=[], metavar="CHANNEL", help="answer surveys on it too")
    command("request", request, "ask one instance of the channel's owner and print its reply", payload=True)
    command("send", send, "send a one-way message to one instance of the channel's owner", payload=True)
    sub = command("subscribe", subscribe, "print a channel's events, until ended")
    sub.add_argument("channel", help="owner/name")
    sub.add_argument("--prefix", default="", help="only events whose name begins like this")
    sub.add_argument("--count", type=int, help="end after so many")
    sub.add_argument("--timeout", type=float, help="end after so many seconds")
    for name, does, about in (("publish", publish, "publish an event on a channel of --service"),
                              ("survey", survey, "ask all who respond on a channel of --service and print their answers")):
        sub = command(name, does, about, payload=True)
        sub.add_argument("--subscribers", type=int, default=1, help="wait until so many have subscribed (default: 1)")
        if name == "publish":
            sub.add_argument("--times", type=int, default=1)
        else:
            sub.add_argument("--limit", type=float, default=2.0, help="how long to collect, in seconds (default: 2)")
            sub.add_argument("--count", type=int, help="end after so many answers")
    sub = command("instances", instances, "print the live instances")
    sub.add_argument("of", nargs="?", metavar="SERVICE")
    sub = command("vectors", None, "check this codec against golden vectors")
    sub.add_argument("file")
    return parser.parse_args(arguments)


def main(arguments=None):
    arguments = parse(arguments)
    if arguments.command == "vectors":
        results = check_vectors(arguments.file)
        for result in results:
            tell(**result)
        return OK if "agreed" in results[0] else FAILED
    try:
        peer = Peer(arguments.service, arguments.mesh, arguments.home, arguments.instance, arguments.heartbeat, arguments.ttl,
                    complain=lambda what: print(what, file=sys.stderr) if arguments.verbose else None)
    except (DirectoryError, ImportError, OSError, ValueError) as e:
        print(f"peer.py: {e}", file=sys.stderr)
        return WRONG_USAGE
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: peer.stop())
    with peer:
        try:
            code = arguments.does(peer, arguments)
        except Fault as fault:
            tell(fault=fault.code, name=fault.name, text=str(fault))
            code = FAILED
        except ValueError as e:
            print(f"peer.py: {e}", file=sys.stderr)
            code = WRONG_USAGE
        except NobodyThere as e:
            tell(failed="not found", text=str(e))
            code = NOT_FOUND
        except (TimedOut, LinkLost) as e:
            tell(failed="timed out" if isinstance(e, TimedOut) else "link lost", text=str(e))
            code = NO_ANSWER
        endless = arguments.command == "serve" or arguments.command == "subscribe" and arguments.count is None
        return INTERRUPTED if peer.stopping and not endless else code


if __name__ == "__main__":
    sys.exit(main())
