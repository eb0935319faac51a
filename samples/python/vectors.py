#!/usr/bin/env python3
"""Writes docs/golden-vectors.json: frames and publications of the wire protocol beside what they say.

    vectors.py            print them
    vectors.py --write    write them into docs/golden-vectors.json
    vectors.py --check    exit 1 if that file is not what would be written

The octets are put together here by the plainest means, with no regard to any codec of Parley's, so that every codec, peer.py's
included, can be held against them. docs/golden-vectors.md says how to read the file.
"""

import json
import pathlib
import struct
import sys

FILE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "golden-vectors.json"

HELLO, WELCOME, REJECT, CREDIT, PING, PONG, GOING_AWAY, CANCEL = range(0x01, 0x09)
BULK_WANTED, BULK_AT, BULK_HELLO, BULK_ARRIVED, BULK_NEXT, BULK_OVER, FINISHED = range(0x09, 0x10)
CREDIT_WANTED = 0x1A
REQUEST, REPLY, FAULT, ONE_WAY, EVENT, SURVEY, RESPONSE, ACK = range(0x10, 0x18)
REPEAT, CHUNK = 0x18, 0x19
SUBSCRIBED, HEARTBEAT, NUMBERS = 0x20, 0x21, 0x22
KINDS = {
    HELLO: "HELLO", WELCOME: "WELCOME", REJECT: "REJECT", CREDIT: "CREDIT", PING: "PING", PONG: "PONG",
    GOING_AWAY: "GOING-AWAY", CANCEL: "CANCEL", BULK_WANTED: "BULK-WANTED", BULK_AT: "BULK-AT", BULK_HELLO: "BULK-HELLO",
    BULK_ARRIVED: "BULK-ARRIVED", BULK_NEXT: "BULK-NEXT", BULK_OVER: "BULK-OVER", CREDIT_WANTED: "CREDIT-WANTED", REQUEST: "REQUEST", REPLY: "REPLY",
    FAULT: "FAULT", ONE_WAY: "ONE-WAY", EVENT: "EVENT", SURVEY: "SURVEY", RESPONSE: "RESPONSE", CHUNK: "CHUNK",
    SUBSCRIBED: "SUBSCRIBED", HEARTBEAT: "HEARTBEAT", NUMBERS: "NUMBERS", FINISHED: "FINISHED",
}
DOCUMENT, COMMAND, EVENT_FORM = range(3)
FORMS = ["document", "command", "event"]

ALICE = 0xA11CE00000000001
BOB = 0x0B0B00000000CAFE
HIGHEST = (1 << 64) - 1
MOST = (1 << 63) - 1  # of numbers that count something
MAX_FRAME = 4 * 1024 * 1024


# --- octets ----------------------------------------------------------------------------------------------------------------------


def u8(n):
    return struct.pack(">B", n)


def u16(n):
    return struct.pack(">H", n)


def u32(n):
    return struct.pack(">I", n)


def u64(n):
    return struct.pack(">Q", n)


def utf8(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


def text8(text):
    return u8(len(utf8(text))) + utf8(text)


def envelope(kind, body=b""):
    return u32(1 + len(body)) + u8(kind) + body


def frame(*envelopes):
    return b"P\x01" + b"".join(envelopes)


def field(tag, value):
    return u8(tag) + u16(len(value)) + value


def message_body(identity, form, fields, payload=b""):
    """Fields as the octets of each, in the order given, right or wrong."""
    fields = b"".join(fields)
    return u64(identity[0]) + u64(identity[1]) + u8(form) + u16(len(fields)) + fields + payload


def hello_body(low=1, high=1, incarnation=ALICE, target=BOB, service="shop", instance="shop-1", max_frame=MAX_FRAME,
               messages=4096, octets=4 * MAX_FRAME, extensions=b""):
    return (u8(low) + u8(high) + u64(incarnation) + u64(target) + text8(service) + text8(instance) + u32(max_frame)
            + u64(messages) + u64(octets) + extensions)


def welcome_body(version=1, incarnation=BOB, service="orders", instance="orders-1", max_frame=MAX_FRAME, messages=4096,
                 octets=4 * MAX_FRAME, extensions=b""):
    return (u8(version) + u64(incarnation) + text8(service) + text8(instance) + u32(max_frame) + u64(messages)
            + u64(octets) + extensions)


def reject_body(code, reason):
    return u8(code) + u16(len(utf8(reason))) + utf8(reason)


def channel_topic(channel, subject=""):
    return utf8(channel) + b"\0" + utf8(subject) + b"\0"


def confirm_topic(nonce, channel):
    return b"\x01" + nonce + utf8(channel) + b"\0"


# --- envelopes with what they say: pairs of octets and JSON -----------------------------------------------------------------------


def hexadecimal(n):
    return f"{n:016x}"


def decimal(n):
    """A number of 64 bits, as text: parsers that have but floating point would round it."""
    return str(n)


def id_text(identity):
    return f"{identity[0]:016x}-{identity[1]}"


def control(kind, body, **said):
    return envelope(kind, body), {"kind": KINDS[kind], **{name.replace("_", "-"): value for name, value in said.items()}}


def hello(extensions=b"", says_bulk=False, says_finished=False, says_credit_wanted=False, **changed):
    values = dict(low=1, high=1, incarnation=ALICE, target=BOB, service="shop", instance="shop-1", max_frame=MAX_FRAME,
                  messages=4096, octets=4 * MAX_FRAME)
    values.update(changed)
    v = values
    told = {"bulk": True} if says_bulk else {}
    told.update({"finished": True} if says_finished else {})
    told.update({"credit_wanted": True} if says_credit_wanted else {})
    return control(HELLO, hello_body(**values, extensions=extensions), min_version=v["low"], max_version=v["high"],
                   incarnation=hexadecimal(v["incarnation"]), target=hexadecimal(v["target"]), service=v["service"],
                   instance=v["instance"], max_frame=v["max_frame"], messages=decimal(v["messages"]),
                   bytes=decimal(v["octets"]), **told)


def publish_address(address):
    return u8(1) + text8(address)


BULK = u8(2) + text8("")
TELLS_FINISHED = u8(4) + text8("")
ASKS = u8(3) + text8("")


def welcome(extensions=b"", said_publish_address=None, says_bulk=False, says_finished=False, says_credit_wanted=False, **changed):
    values = dict(version=1, incarnation=BOB, service="orders", instance="orders-1", max_frame=MAX_FRAME, messages=4096,
                  octets=4 * MAX_FRAME)
    values.update(changed)
    v = values
    told = {} if said_publish_address is None else {"publish_address": said_publish_address}
    told.update({"bulk": True} if says_bulk else {})
    told.update({"finished": True} if says_finished else {})
    told.update({"credit_wanted": True} if says_credit_wanted else {})
    return control(WELCOME, welcome_body(**values, extensions=extensions), chosen_version=v["version"],
                   incarnation=hexadecimal(v["incarnation"]), service=v["service"], instance=v["instance"],
                   max_frame=v["max_frame"], messages=decimal(v["messages"]), bytes=decimal(v["octets"]), **told)


def reject(code, reason):
    return control(REJECT, reject_body(code, reason), code=code, reason=reason)


def credit(messages, octets):
    return control(CREDIT, u64(messages) + u64(octets), messages=decimal(messages), bytes=decimal(octets))


def credit_wanted(octets):
    return control(CREDIT_WANTED, u64(octets), bytes=decimal(octets))


def ping(token):
    return control(PING, u64(token), token=hexadecimal(token))


def pong(token):
    return control(PONG, u64(token), token=hexadecimal(token))


def going_away(millis):
    return control(GOING_AWAY, u32(millis), millis=millis)


def cancel(identity):
    return control(CANCEL, u64(identity[0]) + u64(identity[1]), id=id_text(identity))


def bulk_wanted():
    return control(BULK_WANTED, b"")


def bulk_at(token, address):
    return control(BULK_AT, u64(token) + text8(address), token=hexadecimal(token), address=address)


def bulk_hello(token):
    return control(BULK_HELLO, u64(token), token=hexadecimal(token))


def bulk_arrived(count):
    return control(BULK_ARRIVED, u64(count), count=decimal(count))


def bulk_next(place):
    return control(BULK_NEXT, u64(place), place=decimal(place))


def bulk_over():
    return control(BULK_OVER, b"")


def finished(*ranges):
    return control(FINISHED, b"".join(u64(first) + u32(count) for first, count in ranges),
                   ranges=[{"first": decimal(first), "count": decimal(count)} for first, count in ranges])


def subscribed(channel, number, incarnation=ALICE, service="shop", instance="shop-1"):
    return control(SUBSCRIBED, u64(incarnation) + text8(service) + text8(instance) + text8(channel) + u64(number),
                   incarnation=hexadecimal(incarnation), service=service, instance=instance, channel=channel,
                   number=decimal(number))


def of_bulk_links():
    return [bulk_wanted(), bulk_at(7, "tcp://10.0.0.7:7003"), bulk_hello(7), bulk_arrived(1), bulk_next(1), bulk_over()]


def chunk(rest, octets):
    return control(CHUNK, u32(rest) + octets, rest=rest, octets=octets.hex())


def heartbeat(interval, incarnation=ALICE):
    return control(HEARTBEAT, u64(incarnation) + u32(interval), incarnation=hexadecimal(incarnation), interval=interval)


def numbers_topic(channel):
    return b"\x03" + utf8(channel) + b"\0"


def ask_topic(nonce, after, age, channel, incarnation=ALICE):
    return b"\x04" + nonce + u64(incarnation) + u64(after) + u32(age) + utf8(channel) + b"\0"


def asking(nonce, after, age, channel, incarnation=ALICE):
    """What an ask-topic says."""
    return {"is": "ask", "nonce": nonce.hex(), "incarnation": hexadecimal(incarnation), "after": str(after), "age": age,
            "channel": channel}


def numbers(channel, begin, end, *last, flags=0, incarnation=ALICE, service="shop", instance="shop-1"):
    """The last numbers, each a pair of subject and number."""
    return control(NUMBERS, u64(incarnation) + text8(service) + text8(instance) + text8(channel) + u8(flags) + u64(begin) + u64(end)
                   + b"".join(text8(subject) + u64(number) for subject, number in last),
                   incarnation=hexadecimal(incarnation), service=service, instance=instance, channel=channel,
                   more=flags & 1 != 0, via=flags & 2 != 0, first=flags & 4 != 0, **{"from": str(begin)}, up_to=str(end),
                   last=[{"subject": subject, "number": str(number)} for subject, number in last])


def identity_octets(identity):
    return u64(identity[0]) + u64(identity[1])


def pair_octets(pair):
    return text8(pair[0]) + text8(pair[1])


# Every field: its tag, its octets, and what it says.
FIELDS = {
    "channel": (0x01, utf8, lambda v: {"channel": v}),
    "remaining": (0x02, u32, lambda v: {"remaining": v}),
    "in_reply_to": (0x03, identity_octets, lambda v: {"in-reply-to": id_text(v)}),
    "correlation": (0x04, utf8, lambda v: {"correlation": v}),
    "causation": (0x05, identity_octets, lambda v: {"causation": id_text(v)}),
    "type": (0x06, utf8, lambda v: {"type": v}),
    "content_type": (0x07, utf8, lambda v: {"content-type": v}),
    "key": (0x08, utf8, lambda v: {"key": v}),
    "traceparent": (0x09, utf8, lambda v: {"traceparent": v}),
    "tracestate": (0x0A, utf8, lambda v: {"tracestate": v}),
    "name": (0x0B, utf8, lambda v: {"name": v}),
    "aggregate": (0x0C, pair_octets, lambda v: {"aggregate": {"type": v[0], "id": v[1]}}),
    "number": (0x0D, lambda v: u64(v[0]) + u64(v[1]), lambda v: {"number": decimal(v[0]), "previous": decimal(v[1])}),
    "fault": (0x0E, u8, lambda v: {"fault": v}),
    "fault_name": (0x0F, utf8, lambda v: {"fault-name": v}),
    "return_address": (0x10, pair_octets, lambda v: {"return-address": {"service": v[0], "instance": v[1]}}),
    "sender": (0x11, pair_octets, lambda v: {"sender": {"service": v[0], "instance": v[1]}}),
}
HEADER = 0x40


def message(kind, identity, form=DOCUMENT, payload=b"", headers=(), skipped=(), **given):
    """`skipped` holds fields from %x80 on: in the octets, not in what is said."""
    fields, said = [], {"kind": KINDS[kind], "id": id_text(identity), "form": FORMS[form]}
    for name, (tag, octets, says) in FIELDS.items():
        if name in given:
            value = given.pop(name)
            fields.append(field(tag, octets(value)))
            said.update(says(value))
    assert not given, given
    fields += [field(HEADER, text8(name) + utf8(value)) for name, value in headers]
    if headers:
        said["headers"] = [{"name": name, "value": value} for name, value in headers]
    fields += skipped
    said["payload"] = payload.hex()
    return envelope(kind, message_body(identity, form, fields, payload)), said


INHERITED = ("channel", "type", "content-type", "name", "return-address", "sender")


def repeat(index, of, sequence, payload=b"", headers=(), skipped=(), **given):
    """A REPEAT of a message that stands in the frame, itself a pair of octets and JSON."""
    first = of[1]
    said = {"kind": first["kind"], "id": f"{first['id'][:16]}-{sequence}", "form": first["form"]}
    said.update((name, first[name]) for name in INHERITED if name in first)
    varying = b""
    if "number" in given:
        value = given.pop("number")
        varying += u64(value[0]) + u64(value[1])
        said.update(number=decimal(value[0]), previous=decimal(value[1]))
    if "remaining" in given and first["kind"] in ("REQUEST", "SURVEY"):
        value = given.pop("remaining")
        varying += u32(value)
        said["remaining"] = value
    if "in_reply_to" in given:
        value = given.pop("in_reply_to")
        varying += u64(value)
        said["in-reply-to"] = f"{first['in-reply-to'][:16]}-{value}"
    changes = []
    for name, (tag, octets, says) in FIELDS.items():
        if name in given:
            value = given.pop(name)
            changes.append(field(tag, octets(value)))
            said.update(says(value))
    assert not given, given
    changes += [field(HEADER, text8(name) + utf8(value)) for name, value in headers]
    if headers:
        said["headers"] = [{"name": name, "value": value} for name, value in headers]
    said["payload"] = payload.hex()
    return envelope(REPEAT, repeat_body(index, sequence, varying, [*changes, *skipped], payload)), said


def repeat_body(index, sequence, varying=b"", changes=(), payload=b""):
    changes = b"".join(changes)
    return u8(index) + u64(sequence) + varying + u16(len(changes)) + changes + payload


# --- well-formed ------------------------------------------------------------------------------------------------------------------

JSON = "application/json"
ORDER = b'{"id":"42","sum":1999}'
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SHORT = {"channel": "orders/place", "remaining": 30_000}


def well_formed():
    vectors = []

    def on_link(name, *envelopes, reencodes=True):
        vectors.append({
            "name": name, "on": "link", "hex": frame(*(octets for octets, _ in envelopes)).hex(),
            "decoded": {"envelopes": [said for _, said in envelopes]}, "reencodes": reencodes,
        })

    def on_feed(name, topic, topic_said, *envelopes, reencodes=True):
        vectors.append({
            "name": name, "on": "feed", "hex": (topic + frame(*(octets for octets, _ in envelopes))).hex(),
            "decoded": {"topic": topic_said, "envelopes": [said for _, said in envelopes]}, "reencodes": reencodes,
        })

    def on_channel(name, channel, subject, *envelopes, **more):
        said = {"is": "channel", "channel": channel, "subject": subject}
        on_feed(name, channel_topic(channel, subject), said, *envelopes, **more)

    everywhere = {
        "correlation": "c-7", "causation": (ALICE, 6), "type": "PlaceOrder", "content_type": JSON, "key": "customer-9",
        "traceparent": TRACEPARENT, "tracestate": "vendor=opaque,other=1", "sender": ("gateway", "gateway-3"),
        "headers": (("tenant", "north"), ("note", "two words, a\ttab"), ("empty", "")),
    }

    # Opening and keeping a link.
    on_link("hello", hello())
    on_link("hello to any incarnation", hello(target=0))
    on_link("hello of versions 1 to 255", hello(high=255))
    on_link("hello with the least frame and the least grant", hello(max_frame=1024, messages=0, octets=1024))
    on_link("hello with the longest names and the greatest numbers",
            hello(incarnation=HIGHEST, target=HIGHEST, service="s" * 63, instance="i" * 63, max_frame=(1 << 32) - 1,
                  messages=MOST, octets=MOST))
    on_link("hello with the shortest names", hello(service="s", instance="0"))
    on_link("hello with names of all the characters they may have",
            hello(service="abcdefghijklmnopqrstuvwxyz-0123456789", instance="9ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw._-xyz"))
    extensions = u8(1) + text8("anything") + u8(0) + text8("") + u8(255) + text8("x" * 255)
    on_link("hello with extensions, which are skipped", hello(extensions=extensions), reencodes=False)
    on_link("hello with bulk", hello(BULK, says_bulk=True))
    on_link("hello with bulk among extensions that are skipped", hello(u8(255) + text8("x") + BULK + extensions, says_bulk=True),
            reencodes=False)
    for clock in ("1", "999999999999999999", "0", "-1", "soon"):
        on_link(f'hello with the clock "{clock}", which a codec may skip', hello(u8(5) + text8(clock)), reencodes=False)
    on_link("hello with bulk twice", hello(BULK + BULK, says_bulk=True), reencodes=False)
    on_link("hello with bulk that has a value, which is skipped", hello(u8(2) + text8("later"), says_bulk=True), reencodes=False)
    on_link("hello with credit-wanted", hello(ASKS, says_credit_wanted=True))
    on_link("hello with bulk and credit-wanted", hello(BULK + ASKS, says_bulk=True, says_credit_wanted=True))
    on_link("hello with credit-wanted and a first grant below max-frame", hello(ASKS, says_credit_wanted=True, messages=0, octets=0))
    on_link("hello with credit-wanted twice, with a value, which is skipped", hello(ASKS + u8(3) + text8("x"), says_credit_wanted=True),
            reencodes=False)
    on_link("welcome with credit-wanted and a first grant below max-frame",
            welcome(ASKS, says_credit_wanted=True, messages=32, octets=24_576))
    on_link("welcome with a publish-address, bulk and credit-wanted",
            welcome(publish_address("tcp://10.0.0.7:7002") + BULK + ASKS, said_publish_address="tcp://10.0.0.7:7002",
                    says_bulk=True, says_credit_wanted=True))
    on_link("welcome", welcome())
    on_link("welcome with an extension, which is skipped", welcome(extensions=u8(9) + text8("more")), reencodes=False)
    on_link("welcome with bulk", welcome(BULK, says_bulk=True))
    on_link("welcome with bulk twice", welcome(BULK + BULK, says_bulk=True), reencodes=False)
    on_link("welcome with bulk that has a value, which is skipped", welcome(u8(2) + text8("x" * 255), says_bulk=True),
            reencodes=False)
    on_link("welcome with bulk among extensions that are skipped",
            welcome(u8(0) + text8("") + BULK + u8(250) + text8("more"), says_bulk=True), reencodes=False)
    on_link("welcome with a publish-address and bulk",
            welcome(publish_address("tcp://10.0.0.7:7002") + BULK, said_publish_address="tcp://10.0.0.7:7002", says_bulk=True))
    on_link("welcome with bulk before a publish-address",
            welcome(BULK + publish_address("tcp://10.0.0.7:7002"), said_publish_address="tcp://10.0.0.7:7002", says_bulk=True),
            reencodes=False)
    on_link("welcome with a publish-address",
            welcome(publish_address("tcp://10.0.0.7:7002"), said_publish_address="tcp://10.0.0.7:7002"))
    on_link("welcome with a publish-address of 255 octets among extensions that are skipped",
            welcome(u8(0) + text8("") + publish_address("p" * 255) + u8(250) + text8("more"), said_publish_address="p" * 255),
            reencodes=False)
    on_link("reject", reject(2, "incarnation 0b0b00000000cafe is not here"))
    on_link("reject without a reason", reject(5, ""))
    on_link("reject with a code of the future", reject(200, "später: 不行"))
    on_link("reject with a reason of more than 255 octets", reject(3, "malformed " * 30))
    on_link("credit", credit(8192, 33_554_432))
    on_link("credit beyond 32 bits", credit(5_000_000_000, 9_000_000_000_000))
    on_link("ping", ping(1))
    on_link("ping with all bits set", ping(HIGHEST))
    on_link("pong with the token 0", pong(0))
    on_link("going away", going_away(5000))
    on_link("going away at once", going_away(0))
    on_link("going away late", going_away((1 << 32) - 1))
    on_link("cancel", cancel((ALICE, 17)))
    on_link("cancel of the highest id", cancel((HIGHEST, HIGHEST)))

    # One-way messages that are finished.
    on_link("hello that wants to hear of what is finished", hello(TELLS_FINISHED, says_finished=True))
    on_link("hello with bulk and finished", hello(BULK + TELLS_FINISHED, says_bulk=True, says_finished=True))
    on_link("hello with finished twice, and with a value, which is skipped",
            hello(u8(4) + text8("later") + TELLS_FINISHED, says_finished=True), reencodes=False)
    on_link("welcome that tells what is finished", welcome(TELLS_FINISHED, says_finished=True))
    on_link("welcome with a publish-address, bulk and finished",
            welcome(publish_address("tcp://10.0.0.7:7002") + BULK + TELLS_FINISHED,
                    said_publish_address="tcp://10.0.0.7:7002", says_bulk=True, says_finished=True))
    on_link("finished, one message", finished((1, 1)))
    on_link("finished, in ranges", finished((1, 100), (102, 1), (5_000_000_000, 16_384)))
    on_link("finished, the last", finished(((1 << 63) - 1, 1)))

    # Bulk links.
    on_link("credit wanted", credit_wanted(4_300_000))
    on_link("credit wanted, the most", credit_wanted((1 << 63) - 1))
    on_link("bulk wanted", bulk_wanted())
    on_link("bulk at", bulk_at(0x5EC12E7000000007, "tcp://10.0.0.7:7003"))
    on_link("bulk at with all bits set and an address of 255 octets", bulk_at(HIGHEST, "a" * 255))
    on_link("bulk at with the token 0 and an address that is not ASCII", bulk_at(0, "tcp://bücher.example:7003"))
    on_link("bulk hello", bulk_hello(0x5EC12E7000000007))
    on_link("bulk hello with all bits set", bulk_hello(HIGHEST))
    on_link("bulk hello with the token 0", bulk_hello(0))
    on_link("bulk arrived", bulk_arrived(2))
    on_link("bulk arrived, none", bulk_arrived(0))
    on_link("bulk arrived, the most", bulk_arrived((1 << 63) - 1))
    on_link("bulk next", bulk_next(1))
    on_link("bulk next, beyond 32 bits", bulk_next(5_000_000_000))
    on_link("bulk next, the last", bulk_next((1 << 63) - 1))
    on_link("bulk over", bulk_over())
    on_link("bulk wanted and bulk over between others", ping(1), bulk_wanted(), pong(2), bulk_over(), bulk_next(3))

    # Messages on a link.
    on_link("request, minimal", message(REQUEST, (ALICE, 1), **SHORT))
    on_link("request, typical",
            message(REQUEST, (ALICE, 2), payload=ORDER, type="PlaceOrder", content_type=JSON,
                    return_address=("shop", "shop-1"), **SHORT))
    on_link("request, a command", message(REQUEST, (ALICE, 3), COMMAND, ORDER, name="place", content_type=JSON, **SHORT))
    on_link("request, an event without a name", message(REQUEST, (ALICE, 4), EVENT_FORM, **SHORT))
    on_link("request, all fields set",
            message(REQUEST, (ALICE, 5), COMMAND, ORDER, channel="orders/place", remaining=1500, name="place",
                    return_address=("shop", "shop-1"), **everywhere))
    on_link("request with no time left", message(REQUEST, (ALICE, 6), channel="orders/place", remaining=0))
    on_link("request with the most time", message(REQUEST, (ALICE, 7), channel="orders/place", remaining=(1 << 32) - 1))
    on_link("request with the highest id", message(REQUEST, (HIGHEST, HIGHEST), **SHORT))
    on_link("request to a channel with more slashes", message(REQUEST, (ALICE, 8), channel="orders/v1/place", remaining=1))
    on_link("reply", message(REPLY, (BOB, 1), payload=b'{"ok":true}', in_reply_to=(ALICE, 2), type="OrderPlaced",
                             content_type=JSON))
    on_link("reply, minimal", message(REPLY, (BOB, 2), in_reply_to=(ALICE, 1)))
    on_link("reply, all fields set",
            message(REPLY, (BOB, 3), EVENT_FORM, ORDER, in_reply_to=(ALICE, 5), name="order.placed",
                    aggregate=("order", "42"), **everywhere))
    on_link("fault, unknown channel",
            message(FAULT, (BOB, 4), payload="no such channel".encode(), in_reply_to=(ALICE, 2), fault=1))
    on_link("fault, the handler failed",
            message(FAULT, (BOB, 5), payload="out of stock: 茶".encode(), in_reply_to=(ALICE, 2), fault=32,
                    fault_name="OUT_OF_STOCK"))
    on_link("fault without a text", message(FAULT, (BOB, 6), in_reply_to=(ALICE, 2), fault=33))
    on_link("fault with a refusal of the future", message(FAULT, (BOB, 7), in_reply_to=(ALICE, 2), fault=31))
    on_link("fault with a code of the future", message(FAULT, (BOB, 8), in_reply_to=(ALICE, 2), fault=255))
    on_link("one-way, minimal", message(ONE_WAY, (ALICE, 9), channel="warehouse/ship"))
    on_link("one-way, typical",
            message(ONE_WAY, (ALICE, 10), payload=b'{"id":"42"}', channel="warehouse/ship", type="ShipOrder",
                    content_type=JSON))
    on_link("one-way, all fields set",
            message(ONE_WAY, (ALICE, 11), EVENT_FORM, ORDER, channel="warehouse/ship", remaining=250, name="order.placed",
                    aggregate=("order", "42"), **everywhere))
    on_link("one-way with 64 octets of payload",
            message(ONE_WAY, (ALICE, 12), payload=bytes(range(64)), channel="warehouse/ship"))
    on_link("response",
            message(RESPONSE, (BOB, 9), payload=b'{"price":10}', in_reply_to=(ALICE, 20), type="Quote", content_type=JSON))
    on_link("response, minimal", message(RESPONSE, (BOB, 10), in_reply_to=(ALICE, 20)))
    on_link("fault in answer to a survey", message(FAULT, (BOB, 11), in_reply_to=(ALICE, 20), fault=2))

    # Limits of single fields.
    long_channel = "o" * 63 + "/" + "n" * 127
    on_link("the longest texts",
            message(ONE_WAY, (ALICE, 13), COMMAND, channel=long_channel, correlation="c" * 255, type="t" * 255,
                    content_type="a/" + "b" * 253, key="k" * 255, traceparent="0" * 255, tracestate="s" * 512, name="n" * 255,
                    sender=("s" * 255, "i" * 255), headers=(("h" * 255, "v" * 300),)))
    on_link("the shortest texts",
            message(ONE_WAY, (ALICE, 14), COMMAND, channel="a/b", correlation="c", type="t", content_type="a", key="k",
                    traceparent="0", tracestate="s", name="n", sender=("", ""), headers=(("h", ""),)))
    on_link("texts of two, three and four octets a character",
            message(ONE_WAY, (ALICE, 15), EVENT_FORM, channel="shop/things", correlation="ñ", type="値段", key="🔑\u200d🗝",
                    name="größe.geändert", aggregate=("größe", "𝟙"), headers=(("λ", "\ufeff\uffff\U0010ffff"),)))
    on_link("a text of 255 octets in 85 characters", message(ONE_WAY, (ALICE, 16), channel="a/b", key="あ" * 85))
    on_link("an aggregate without an id",
            message(ONE_WAY, (ALICE, 17), EVENT_FORM, channel="a/b", aggregate=("order", "")))
    skipped = (field(0x80, b""), field(0x81, b"\xff\x00\xff"), field(0xFF, b"whatever"))
    on_link("unknown fields from %x80 on, which are skipped",
            message(ONE_WAY, (ALICE, 18), payload=b"hi", channel="a/b", headers=(("h", "v"),), skipped=skipped),
            reencodes=False)
    sent_at = field(0xA0, u64(1_234_567))
    on_link("request with sent-at, which a codec may skip",
            message(REQUEST, (ALICE, 19), payload=b"hi", **SHORT, skipped=(sent_at,)), reencodes=False)
    on_link("one-way with sent-at after a header",
            message(ONE_WAY, (ALICE, 19), channel="a/b", remaining=5, headers=(("h", "v"),), skipped=(sent_at,)), reencodes=False)
    on_link("sent-at that has not 8 octets, which is skipped",
            message(REQUEST, (ALICE, 19), **SHORT, skipped=(field(0xA0, b"later"),)), reencodes=False)
    later = message(REQUEST, (ALICE, 20), payload=b"1", **SHORT)
    on_link("repeated request with sent-at", later, repeat(0, later, 21, b"2", remaining=29_999, skipped=(sent_at,)), reencodes=False)

    # Several envelopes in a frame.
    on_link("two envelopes", credit(1, 1024), ping(2))
    on_link("a batch of mixed kinds",
            message(REQUEST, (ALICE, 30), payload=b"1", **SHORT),
            message(ONE_WAY, (ALICE, 31), payload=b"2", channel="orders/note"),
            cancel((ALICE, 30)),
            credit(10, 100_000),
            message(REQUEST, (ALICE, 32), COMMAND, b"3", name="place", **SHORT))
    on_link("a batch of answers",
            message(REPLY, (BOB, 20), payload=b"1", in_reply_to=(ALICE, 30)),
            message(FAULT, (BOB, 21), in_reply_to=(ALICE, 32), fault=3),
            pong(7), credit(4100, 17_000_000), going_away(1000))
    on_link("a batch of 32 one-way messages, all in full",
            *(message(ONE_WAY, (ALICE, 100 + n), payload=u8(n) * n, channel="a/b") for n in range(32)), reencodes=False)
    repeated_on_link(on_link, everywhere)

    # Feeds.
    events = {"channel": "orders/events", "type": "OrderEvent", "content_type": JSON}
    on_channel("event without a name", "orders/events", "",
               message(EVENT, (ALICE, 40), payload=ORDER, number=(1, 0), **events))
    on_channel("event with a name", "orders/events", "order.created",
               message(EVENT, (ALICE, 41), EVENT_FORM, ORDER, name="order.created", aggregate=("order", "42"), number=(9, 4),
                       **events))
    on_channel("event, minimal", "a/b", "", message(EVENT, (ALICE, 42), channel="a/b", number=(1, 0)))
    on_channel("event, a command: its name is no subject", "a/b", "",
               message(EVENT, (ALICE, 43), COMMAND, channel="a/b", name="reload", number=(2, 1)))
    on_channel("event, all fields set", "orders/events", "order.created",
               message(EVENT, (ALICE, 44), EVENT_FORM, ORDER, channel="orders/events", remaining=60_000, name="order.created",
                       aggregate=("order", "42"), number=((1 << 63) - 1, (1 << 63) - 2), **everywhere))
    on_channel("event whose subject is not ASCII", "orders/events", "größe.geändert",
               message(EVENT, (ALICE, 45), EVENT_FORM, channel="orders/events", name="größe.geändert",
                       number=(3, 0)))
    on_channel("event with the longest channel and subject", long_channel, "n" * 255,
               message(EVENT, (ALICE, 46), EVENT_FORM, channel=long_channel, name="n" * 255, number=(3, 0)))
    on_channel("event with a payload that looks like a frame", "a/b", "",
               message(EVENT, (ALICE, 47), payload=frame(ping(1)[0]), channel="a/b", number=(4, 3)))
    on_channel("event with an unknown field, which is skipped", "a/b", "",
               message(EVENT, (ALICE, 48), channel="a/b", number=(5, 4), skipped=(field(0x90, b"new"),)),
               reencodes=False)
    on_channel("a batch of events, all in full", "orders/events", "",
               *(message(EVENT, (ALICE, 50 + n), payload=u8(n), number=(n + 1, n), **events) for n in range(3)), reencodes=False)
    on_channel("survey", "shop/quotes", "",
               message(SURVEY, (ALICE, 20), payload=b'{"item":"tea"}', channel="shop/quotes", remaining=2000,
                       type="QuoteWanted", content_type=JSON, number=(6, 5), return_address=("shop", "shop-1")))
    aged = message(SURVEY, (ALICE, 20), payload=b"1", channel="a/b", remaining=2000, number=(6, 5), skipped=(sent_at,))
    on_channel("survey with sent-at, which a codec may skip", "a/b", "", aged, reencodes=False)
    on_channel("repeated survey with sent-at", "a/b", "", aged,
               repeat(0, aged, 21, b"2", number=(7, 6), remaining=1999, skipped=(sent_at,)), reencodes=False)
    on_channel("event with remaining and sent-at", "a/b", "",
               message(EVENT, (ALICE, 48), channel="a/b", remaining=5, number=(5, 4), skipped=(sent_at,)), reencodes=False)
    on_channel("survey, minimal", "a/b", "", message(SURVEY, (ALICE, 21), channel="a/b", remaining=1, number=(1, 0)))
    on_channel("survey, all fields set", "shop/quotes", "quote.wanted",
               message(SURVEY, (ALICE, 22), EVENT_FORM, ORDER, channel="shop/quotes", remaining=2000, name="quote.wanted",
                       aggregate=("item", "tea"), number=(7, 0), return_address=("shop", "shop-1"),
                       **everywhere))
    repeated_on_feed(on_channel, everywhere)
    nonce = bytes.fromhex("0001020050ff0200")
    for name, of, number in (("subscribed", "orders/events", 41), ("subscribed before any event", "a/b", 0)):
        on_feed(name, confirm_topic(nonce, of), {"is": "confirm", "nonce": nonce.hex(), "channel": of}, subscribed(of, number))
    on_feed("heartbeat", b"\x02", {"is": "heartbeat"}, heartbeat(2000))
    on_feed("heartbeat, once in 49 days", b"\x02", {"is": "heartbeat"}, heartbeat((1 << 32) - 1, HIGHEST))
    highest_number = (1 << 63) - 1
    for name, of, said in (
            ("numbers", "orders/events", numbers("orders/events", 38, 44, ("order.created", 41), ("", 43))),
            ("numbers where nothing has changed", "a/b", numbers("a/b", 7, 7)),
            ("numbers before any event", "a/b", numbers("a/b", 0, 0)),
            ("numbers of subjects that are long and not ASCII", "a/b", numbers("a/b", 0, 3, ("n" * 255, 1), ("größe.geändert", 3))),
            ("numbers as high as they can be", "a/b",
             numbers("a/b", highest_number - 1, highest_number, ("s", highest_number), incarnation=HIGHEST)),
            ("numbers from a router", "a/b", numbers("a/b", 1, 2, ("s", 2), flags=2, incarnation=BOB, service="a", instance="a-1"))):
        on_feed(name, numbers_topic(of), {"is": "numbers", "channel": of}, said)
    for name, question, said in (
            ("numbers that were asked for", (nonce, 41, 60_000, "a/b"), numbers("a/b", 41, 43, ("s", 43), flags=4)),
            ("numbers that were asked for, and more to come", (nonce, 41, 60_000, "a/b"), numbers("a/b", 41, 42, ("s", 42), flags=5)),
            ("numbers that were asked for, their last part, by way of a router", (nonce, 41, 60_000, "a/b", BOB),
             numbers("a/b", 42, 43, ("t", 43), flags=2, incarnation=BOB, service="a", instance="a-1")),
            ("numbers for one who knows nothing", (nonce, HIGHEST, (1 << 32) - 1, "a/b"), numbers("a/b", 0, 1, ("s", 1), flags=4)),
            ("a clock that was asked for", (nonce, HIGHEST, 0, "shop/parley.clock"),
             numbers("shop/parley.clock", 1_234_567, 1_234_567, flags=4)),
            ("numbers whose topic holds NULs", (bytes(8), 0, 0, "a/b"), numbers("a/b", 0, 0, flags=4))):
        on_feed(name, ask_topic(*question), asking(*question), said)

    # Large, and therefore last.
    on_link("a header of more than 32,767 octets",
            message(ONE_WAY, (ALICE, 90), payload=b"after", channel="a/b", headers=(("h", "v" * 33_000),)))
    room = 65_535 - len(field(0x01, b"a/b")) - 3 - 2
    on_link("fields of 65,535 octets",
            message(ONE_WAY, (ALICE, 91), payload=b"after", channel="a/b", headers=(("h", "v" * room),)))
    return vectors


def some_changes(everywhere, **more):
    """Those of the fields that may stand in changes."""
    return {name: value for name, value in {**everywhere, **more}.items()
            if name not in ("type", "content_type", "sender")}


def repeated_on_link(on_link, everywhere):
    """Messages that repeat an earlier one of their frame."""
    changes = some_changes(everywhere)
    full = {
        "request": message(REQUEST, (ALICE, 200), payload=b"1", type="PlaceOrder", content_type=JSON,
                           return_address=("shop", "shop-1"),
                           sender=("gateway", "gateway-3"), **SHORT),
        "one-way": message(ONE_WAY, (ALICE, 200), payload=b"1", channel="a/b", type="Note", content_type=JSON),
        "reply": message(REPLY, (BOB, 200), payload=b"1", in_reply_to=(ALICE, 1), type="OrderPlaced", content_type=JSON),
        "response": message(RESPONSE, (BOB, 200), payload=b"1", in_reply_to=(ALICE, 1), type="Quote", content_type=JSON),
    }
    varying = {"request": {"remaining": 29_999}, "one-way": {}, "reply": {"in_reply_to": 2}, "response": {"in_reply_to": 2}}
    for kind, first in full.items():
        on_link(f"repeated {kind}", first, repeat(0, first, 201, b"2", **varying[kind]))
        on_link(f"repeated {kind} without a payload", first, repeat(0, first, 201, **varying[kind]))
        on_link(f"repeated {kind} with all changes", first, repeat(0, first, 201, b"2", **varying[kind], **changes))
    one_way, request, reply = full["one-way"], full["request"], full["reply"]
    for name, value in changes.items():
        on_link(f"repeated one-way, with {name} alone", one_way, repeat(0, one_way, 201, b"2", **{name: value}))
    on_link("repeated one-way with remaining", one_way, repeat(0, one_way, 201, b"2", remaining=0))
    event = message(ONE_WAY, (ALICE, 210), EVENT_FORM, b"1", channel="a/b", name="it.happened", aggregate=("order", "1"))
    on_link("repeated one-way, an event with another aggregate, and with none", event,
            repeat(0, event, 211, b"2", aggregate=("order", "2")), repeat(0, event, 212, b"3"))
    command = message(REQUEST, (ALICE, 220), COMMAND, b"1", name="place", **SHORT)
    on_link("repeated request, a command", command, repeat(0, command, 221, b"2", remaining=1))
    event_reply = message(REPLY, (BOB, 230), EVENT_FORM, in_reply_to=(ALICE, 1), name="order.placed")
    on_link("repeated reply, an event", event_reply, repeat(0, event_reply, 231, in_reply_to=2, aggregate=("order", "42")))
    rich = message(ONE_WAY, (ALICE, 240), EVENT_FORM, b"1", channel="a/b", remaining=5, name="n", aggregate=("order", "1"),
                   **everywhere)
    on_link("repeated one-way: what may change is not taken over", rich, repeat(0, rich, 241, b"2"), repeat(0, rich, 242, key="k"))
    on_link("repeated one-way with an unknown field from %x80 on, which is skipped", one_way,
            repeat(0, one_way, 201, b"2", key="k", skipped=(field(0x80, b"new"),)), reencodes=False)
    on_link("repeated with the highest numbers", message(REPLY, (HIGHEST, 1), in_reply_to=(HIGHEST, 1)),
            repeat(0, message(REPLY, (HIGHEST, 1), in_reply_to=(HIGHEST, 1)), HIGHEST, in_reply_to=HIGHEST))
    minimal = message(ONE_WAY, (ALICE, 250), channel="a/b")
    on_link("repeated one-way, minimal, twice", minimal, repeat(0, minimal, 251), repeat(0, minimal, 252))
    on_link("repeated with a sequence below", minimal, repeat(0, minimal, 1))
    on_link("repeated with a payload that looks like an envelope", minimal, repeat(0, minimal, 251, ping(1)[0]))
    other = message(ONE_WAY, (ALICE, 251), payload=b"2", channel="a/c")
    on_link("repeated: control envelopes and repeats are not counted", credit(1, 1024), minimal, ping(1), repeat(0, minimal, 252),
            cancel((ALICE, 1)), other, repeat(1, other, 253, b"3"), pong(1), repeat(0, minimal, 254), repeat(1, other, 255))
    fault = message(FAULT, (BOB, 260), in_reply_to=(ALICE, 2), fault=2)
    on_link("repeated: a fault is counted", fault, reply, repeat(1, reply, 261, b"2", in_reply_to=3))
    on_link("faults stand in full", fault, message(FAULT, (BOB, 261), in_reply_to=(ALICE, 3), fault=2))
    on_link("repeated: every kind of a dialler", request, one_way, full["response"],
            repeat(2, full["response"], 203, in_reply_to=9), repeat(1, one_way, 204), repeat(0, request, 205, remaining=3))
    not_alike = [
        ("another form", message(ONE_WAY, (ALICE, 251), EVENT_FORM, channel="a/b")),
        ("another incarnation", message(ONE_WAY, (BOB, 251), channel="a/b")),
        ("another type", message(ONE_WAY, (ALICE, 251), channel="a/b", type="t")),
        ("another content type", message(ONE_WAY, (ALICE, 251), channel="a/b", content_type=JSON)),
        ("a sender", message(ONE_WAY, (ALICE, 251), channel="a/b", sender=("s", "i"))),
        ("another kind", message(REQUEST, (ALICE, 251), channel="a/b", remaining=1)),
    ]
    for what, second in not_alike:
        on_link(f"not repeated, but in full, because of {what}", minimal, second)
    named = message(ONE_WAY, (ALICE, 270), COMMAND, channel="a/b", name="n")
    on_link("not repeated, but in full, because of another name", named,
            message(ONE_WAY, (ALICE, 271), COMMAND, channel="a/b", name="m"))
    on_link("not repeated, but in full, because of another return address", request,
            message(REQUEST, (ALICE, 201), payload=b"1", type="PlaceOrder", content_type=JSON, return_address=("shop", "shop-2"),
                    sender=("gateway", "gateway-3"), **SHORT))
    on_link("not repeated, but in full, because of another incarnation in in-reply-to",
            message(REPLY, (BOB, 280), in_reply_to=(ALICE, 1)), message(REPLY, (BOB, 281), in_reply_to=(BOB, 2)))
    many = [message(ONE_WAY, (ALICE, 300 + n), channel=f"a/{n}") for n in range(257)]
    on_link("repeated: index 255 is the last", *many, repeat(255, many[255], 600), message(ONE_WAY, (ALICE, 601), channel="a/256"),
            reencodes=False)
    on_link("repeated by the higher of two indexes", minimal, message(ONE_WAY, (ALICE, 251), channel="a/b"),
            repeat(1, minimal, 252), reencodes=False)

    # Chunks, as a frame has them.
    body = minimal[0][4:]
    on_link("chunk, the only one", chunk(0, body))
    on_link("chunk, the first of more", chunk(1000, body))
    on_link("chunk of one octet", chunk(1, body[:1]))
    on_link("chunk with the greatest rest", chunk((1 << 32) - 1, body))
    on_link("chunks and bulk arrived", chunk(9, body), bulk_arrived(1), chunk(0, body[-9:]), bulk_arrived(2))
    on_link("repeated: bulk next is not counted", minimal, bulk_next(1), repeat(0, minimal, 251), bulk_next(2),
            repeat(0, minimal, 252))
    on_link("chunks between others", ping(1), chunk(9, body), minimal, chunk(0, body[-9:]), repeat(0, minimal, 251))


def repeated_on_feed(on_channel, everywhere):
    changes = some_changes(everywhere)
    event = message(EVENT, (ALICE, 400), payload=b"1", channel="a/b", type="OrderEvent", content_type=JSON, number=(1, 0))
    on_channel("repeated event", "a/b", "", event, repeat(0, event, 401, b"2", number=(2, 1)), repeat(0, event, 402, number=(3, 2)))
    on_channel("repeated event with all changes", "a/b", "", event,
               repeat(0, event, 401, b"2", number=(2, 1), remaining=60_000, **changes))
    named = message(EVENT, (ALICE, 410), EVENT_FORM, b"1", channel="a/b", name="order.created", aggregate=("order", "1"), key="k",
                    correlation="c", headers=(("h", "v"),), number=(4, 0), sender=("gateway", "gateway-3"))
    on_channel("repeated event with a name", "a/b", "order.created", named,
               repeat(0, named, 411, b"2", number=((1 << 63) - 1, (1 << 63) - 2), aggregate=("order", "2")),
               repeat(0, named, 412, number=(5, 0)))
    on_channel("events in full, because of another type", "a/b", "", event,
               message(EVENT, (ALICE, 420), payload=b"2", channel="a/b", type="Other", content_type=JSON, number=(2, 1)),
               repeat(0, event, 421, number=(3, 2)))
    survey = message(SURVEY, (ALICE, 430), payload=b"1", channel="a/b", remaining=2000, number=(6, 5),
                     return_address=("shop", "shop-1"))
    on_channel("repeated survey", "a/b", "", survey, repeat(0, survey, 431, b"2", number=(7, 6), remaining=1999))
    on_channel("repeated survey with all changes", "a/b", "", survey,
               repeat(0, survey, 431, b"2", number=(7, 6), remaining=0, **changes))
    on_channel("repeated: event and survey", "a/b", "", event, survey, repeat(1, survey, 432, number=(7, 6), remaining=1),
               repeat(0, event, 433, number=(8, 7)))


# --- malformed --------------------------------------------------------------------------------------------------------------------

WRONG_NAMES = (
    ("a service without a name", {"service": ""}),
    ("a service that begins with a digit", {"service": "1shop"}),
    ("a service with an upper-case letter", {"service": "Shop"}),
    ("a service that ends in a hyphen", {"service": "shop-"}),
    ("a service with a dot", {"service": "shop.eu"}),
    ("a service with a slash", {"service": "shop/1"}),
    ("a service of 64 octets", {"service": "s" * 64}),
    ("a service that is not ASCII", {"service": "ü ☂"}),
    ("an instance without a name", {"instance": ""}),
    ("an instance that begins with a dot", {"instance": ".shop"}),
    ("an instance that begins with a hyphen", {"instance": "-1"}),
    ("an instance with a space", {"instance": "shop 1"}),
    ("an instance with a slash", {"instance": "shop/1"}),
    ("an instance with a line break", {"instance": "shop-1\nforged"}),
    ("an instance that ends in a line break", {"instance": "shop-1\n"}),
    ("an instance with an escape sequence", {"instance": "shop\x1b[2J"}),
    ("an instance with a C1 control", {"instance": "shop\x9b31m"}),
    ("an instance that turns the reading direction", {"instance": "shop\u202e1"}),
    ("an instance that is not ASCII", {"instance": "caffè-☕-𝄞"}),
    ("an instance of 64 octets", {"instance": "i" * 64}),
)


def malformed():
    vectors = []

    def add(name, on, octets, why, stands=()):
        vectors.append({"name": name, "on": on, "hex": octets.hex(), "why": why, "stands": list(stands)})

    def link(name, octets, why, stands=()):
        add(name, "link", octets, why, stands)

    def one(name, kind, body, why):
        link(name, frame(envelope(kind, body)), why)

    good, good_said = ping(7)

    # Frames.
    link("no octet", b"", "no magic")
    link("magic alone", b"P", "no version")
    link("no envelope", b"P\x01", "a frame holds at least one envelope")
    link("wrong magic", b"Q\x01" + good, "begins with another octet than P")
    link("version 0", b"P\x00" + good, "version is 1")
    link("version 2", b"P\x02" + good, "version is 1")
    link("a length cut short", b"P\x01\x00\x00\x00", "three octets where a length has four")
    link("length 0", frame(u32(0)), "length counts the kind, so it is at least 1")
    link("length without a kind", frame(u32(1)), "reaches beyond the frame")
    link("length one too great", frame(u32(10) + good[4:]), "reaches beyond the frame")
    link("length one too small", frame(u32(8) + good[4:]), "PING's token is cut, and an octet is left over")
    link("length of 1 GiB", frame(u32(1 << 30) + good[4:]), "reaches beyond the frame; nothing is set aside for it")
    link("length of 2 GiB", frame(u32(1 << 31) + good[4:]), "reaches beyond the frame; negative as a signed number")
    link("length of 4 GiB", frame(u32((1 << 32) - 1) + good[4:]), "reaches beyond the frame; -1 as a signed number")
    link("octets after the last envelope", frame(good) + b"\x00", "cannot be an envelope", [good_said])
    link("unknown kind 0", frame(envelope(0x00)), "unknown kind")
    link("unknown kind %x22", frame(envelope(0x22, u64(1))), "unknown kind")
    link("unknown kind %xFF", frame(envelope(0xFF, u64(1))), "unknown kind")
    link("ack", frame(envelope(ACK, u64(1) + u64(1))), "reserved")
    link("a malformed envelope between good ones", frame(good, envelope(PONG, b"short"), good),
         "PONG's token is cut; the first PING stands, the second does not", [good_said])
    link("a second frame in the frame", frame(good) + frame(good), "a frame has one magic", [good_said])

    # Kinds where they have no business.
    for kind in (EVENT, SURVEY):
        octets, _ = message(kind, (ALICE, 1), channel="a/b", remaining=1, number=(1, 0))
        link(f"{KINDS[kind].lower()} on a link", frame(octets), "belongs on a feed")
    link("subscribed on a link", frame(subscribed("a/b", 1)[0]), "belongs on a feed")
    link("heartbeat on a link", frame(heartbeat(1000)[0]), "belongs on a feed")

    # Control bodies.
    cut = hello_body()
    one("hello without a body", HELLO, b"", "cut")
    one("hello cut in its service", HELLO, cut[:20], "a text reaches beyond the envelope")
    one("hello cut in its last number", HELLO, cut[:-1], "cut")
    one("hello with one octet more", HELLO, cut + b"\x01", "an extension has a length")
    one("hello with an extension cut short", HELLO, cut + u8(1) + u8(5) + b"four", "a text reaches beyond the envelope")
    one("hello with bulk without a value's length", HELLO, cut + u8(2), "an extension has a length")
    one("hello with bulk whose value is cut short", HELLO, cut + u8(2) + u8(1), "a text reaches beyond the envelope")
    one("finished without a range", FINISHED, b"", "at least one range")
    one("finished with a range cut short", FINISHED, u64(1) + u32(1) + u64(3), "cut")
    one("finished from 0 on", FINISHED, u64(0) + u32(1), "numbers begin at 1")
    one("finished with a range of none", FINISHED, u64(1) + u32(0), "a count is not 0")
    one("finished with a count of 2^31", FINISHED, u64(1) + u32(1 << 31), "a count is below 2^31")
    one("finished beyond 2^63", FINISHED, u64((1 << 63) - 1) + u32(2), "a number is below 2^63")
    one("finished from 2^63 on", FINISHED, u64(1 << 63) + u32(1), "a number is below 2^63")
    one("hello of incarnation 0", HELLO, hello_body(incarnation=0), "an incarnation is not 0")
    one("hello with too small a frame", HELLO, hello_body(max_frame=1023), "max-frame is at least 1024")
    one("hello with too small a grant", HELLO, hello_body(max_frame=2048, octets=2047), "bytes is at least max-frame")
    one("hello with a service that is not UTF-8", HELLO, hello_body(service=b"shop\xff"), "not UTF-8")
    one("hello with a NUL in its instance", HELLO, hello_body(instance=b"shop\x001"), "a text has no NUL")
    for (octets, said), owner in ((hello(), "hello"), (welcome(), "welcome"), (bulk_hello(7), "bulk hello")):
        link(f"{owner} and another envelope", frame(octets, good), "it is alone in its frame")
        link(f"{owner} after another envelope", frame(good, octets), "it is alone in its frame", [good_said])
        link(f"{owner} twice in a frame", frame(octets, octets), "it is alone in its frame")
    for body, kind, owner in ((hello_body, HELLO, "hello"), (welcome_body, WELCOME, "welcome")):
        for which, wrong in WRONG_NAMES:
            one(f"{owner} with {which}", kind, body(**wrong), "the grammar of names in section 8")
        one(f"{owner} with credit for 2^63 messages", kind, body(messages=MOST + 1), "numbers are below 2^63")
        one(f"{owner} with credit for 2^64 - 1 octets", kind, body(octets=HIGHEST), "numbers are below 2^63")
    one("welcome without a body", WELCOME, b"", "cut")
    one("welcome cut in its last number", WELCOME, welcome_body()[:-1], "cut")
    one("welcome with one octet more", WELCOME, welcome_body() + b"\x01", "an extension has a length")
    one("welcome with bulk without a value's length", WELCOME, welcome_body(extensions=u8(2)), "an extension has a length")
    one("welcome with two publish-addresses around bulk", WELCOME,
        welcome_body(extensions=publish_address("a") + BULK + publish_address("a")), "a publish-address is said once")
    one("welcome of incarnation 0", WELCOME, welcome_body(incarnation=0), "an incarnation is not 0")
    one("welcome with too small a frame", WELCOME, welcome_body(max_frame=0), "max-frame is at least 1024")
    one("welcome with an empty publish-address", WELCOME, welcome_body(extensions=publish_address("")),
        "a publish-address is not empty")
    one("welcome with two publish-addresses", WELCOME, welcome_body(extensions=publish_address("a") + publish_address("a")),
        "a publish-address is said once")
    one("welcome with an instance that is not UTF-8", WELCOME, welcome_body(instance=b"\xc3"), "not UTF-8")
    one("reject without a body", REJECT, b"", "cut")
    one("reject without a reason's length", REJECT, u8(1), "cut")
    one("reject with a reason cut short", REJECT, u8(1) + u16(5) + b"four", "a text reaches beyond the envelope")
    one("reject with octets after the reason", REJECT, reject_body(1, "no") + b"!", "an octet too many")
    one("reject with a reason that is not UTF-8", REJECT, reject_body(1, b"\xfe"), "not UTF-8")
    for kind, size in ((CREDIT, 16), (PING, 8), (PONG, 8), (GOING_AWAY, 4), (CANCEL, 16), (BULK_HELLO, 8), (BULK_ARRIVED, 8),
                       (BULK_NEXT, 8)):
        name = KINDS[kind].lower()
        one(f"{name} without a body", kind, b"", "cut")
        one(f"{name}, one octet short", kind, (u64(ALICE) * 2)[: size - 1], "cut")
        one(f"{name}, one octet more", kind, (u64(ALICE) * 3)[: size + 1], "an octet too many")
    one("credit for 2^63 messages", CREDIT, u64(MOST + 1) + u64(1), "numbers are below 2^63")
    one("credit for 2^63 octets", CREDIT, u64(1) + u64(MOST + 1), "numbers are below 2^63")
    one("credit for 2^64 - 1 octets", CREDIT, u64(1) + u64(HIGHEST), "numbers are below 2^63")
    one("bulk-arrived with 2^63", BULK_ARRIVED, u64(MOST + 1), "numbers are below 2^63")
    one("bulk-next with 2^63", BULK_NEXT, u64(MOST + 1), "numbers are below 2^63")
    for kind in (BULK_WANTED, BULK_OVER):
        one(f"{KINDS[kind].lower()}, one octet more", kind, b"\0", "an octet too many")
    whole = u64(ALICE) + text8("tcp://10.0.0.7:7003")
    one("bulk-at without a body", BULK_AT, b"", "cut")
    one("bulk-at cut in its token", BULK_AT, whole[:7], "cut")
    one("bulk-at without an address", BULK_AT, whole[:8], "cut")
    one("bulk-at, one octet short", BULK_AT, whole[:-1], "a text reaches beyond the envelope")
    one("bulk-at, one octet more", BULK_AT, whole + b"\0", "an octet too many")
    one("bulk-at with an address that is not UTF-8", BULK_AT, u64(ALICE) + text8(b"tcp://\xff"), "not UTF-8")
    one("bulk-at with a NUL in its address", BULK_AT, u64(ALICE) + text8("tcp://\0"), "a text has no NUL")
    one("cancel of incarnation 0", CANCEL, u64(0) + u64(1), "an id has no incarnation 0")
    one("cancel of sequence 0", CANCEL, u64(ALICE) + u64(0), "sequence numbers begin at 1")

    # Messages: the head.
    channel = field(0x01, b"a/b")
    remaining = field(0x02, u32(1000))
    asked = field(0x03, u64(ALICE) + u64(1))

    def one_way(name, fields, why, form=DOCUMENT, identity=(ALICE, 1)):
        one(name, ONE_WAY, message_body(identity, form, fields), why)

    whole = message_body((ALICE, 1), DOCUMENT, [channel])
    one("one-way without a body", ONE_WAY, b"", "cut")
    one("one-way cut in its id", ONE_WAY, whole[:15], "cut")
    one("one-way cut before its form", ONE_WAY, whole[:16], "cut")
    one("one-way cut in the fields' length", ONE_WAY, whole[:18], "cut")
    one("one-way cut in its fields", ONE_WAY, whole[:-1], "the fields reach beyond the envelope")
    one_way("incarnation 0", [channel], "an id has no incarnation 0", identity=(0, 1))
    one_way("sequence 0", [channel], "sequence numbers begin at 1", identity=(ALICE, 0))
    one_way("form 3", [channel], "forms are 0, 1 and 2", form=3)
    one_way("form 255", [channel], "forms are 0, 1 and 2", form=255)
    one("fields of 65,535 octets that are not there", ONE_WAY, u64(ALICE) + u64(1) + u8(0) + u16(65_535) + channel,
        "the fields reach beyond the envelope")

    # Messages: the fields as such.
    one_way("a tag alone", [channel, u8(0x04)], "a field has a length")
    one_way("a field's length cut short", [channel, u8(0x04) + u8(0)], "a field has a length of two octets")
    one("a field beyond the fields", ONE_WAY,
        u64(ALICE) + u64(1) + u8(0) + u16(len(channel) + 4) + channel + u8(0x08) + u16(5) + b"k" + b"payload",
        "the field reaches into the payload")
    one_way("unknown field 0", [field(0x00, b""), channel], "unknown below %x80")
    one_way("unknown field %x12", [channel, field(0x12, b"?")], "unknown below %x80")
    one_way("unknown field %x41", [channel, field(0x41, b"?")], "unknown below %x80")
    one_way("unknown field %x7F", [channel, field(0x7F, b"?")], "unknown below %x80")
    one_way("a field twice", [channel, channel], "each field at most once")
    one_way("fields in descending order", [channel, field(0x08, b"k"), field(0x04, b"c")], "fields ascend")
    one_way("a header before the sender", [channel, field(0x40, text8("h") + b"v"), field(0x11, text8("s") + text8("i"))],
            "fields ascend")
    one_way("an unknown field before a header", [channel, field(0x80, b""), field(0x40, text8("h") + b"v")], "fields ascend")
    one_way("an unknown field from %x80 on twice", [channel, field(0x80, b""), field(0x80, b"")], "each field at most once")
    one_way("a header twice", [channel, field(0x40, text8("h") + b"1"), field(0x40, text8("h") + b"2")],
            "headers have different names")

    # Messages: what is missing.
    one("request without a channel", REQUEST, message_body((ALICE, 1), DOCUMENT, [remaining]), "channel is mandatory")
    one("request without remaining", REQUEST, message_body((ALICE, 1), DOCUMENT, [channel]), "remaining is mandatory")
    one("request without fields", REQUEST, message_body((ALICE, 1), DOCUMENT, []), "channel is mandatory")
    one("reply without in-reply-to", REPLY, message_body((ALICE, 1), DOCUMENT, []), "in-reply-to is mandatory")
    one("response without in-reply-to", RESPONSE, message_body((ALICE, 1), DOCUMENT, []), "in-reply-to is mandatory")
    one("fault without in-reply-to", FAULT, message_body((ALICE, 1), DOCUMENT, [field(0x0E, u8(1))]),
        "in-reply-to is mandatory")
    one("fault without a code", FAULT, message_body((ALICE, 1), DOCUMENT, [asked]), "fault is mandatory")
    one_way("one-way without a channel", [field(0x08, b"k")], "channel is mandatory")
    one_way("command without a name", [channel], "a command names its operation", form=COMMAND)

    # Messages: fields where they have no business.
    misplaced = [
        (REQUEST, [channel, remaining, asked], "request with in-reply-to"),
        (REQUEST, [channel, remaining, field(0x0D, u64(1) + u64(0))], "request with a number"),
        (REQUEST, [channel, remaining, field(0x0E, u8(1))], "request with a fault"),
        (ONE_WAY, [channel, field(0x10, text8("s") + text8("i"))], "one-way with a return address"),
        (ONE_WAY, [channel, asked], "one-way with in-reply-to"),
        (REPLY, [channel, asked], "reply with a channel"),
        (REPLY, [remaining, asked], "reply with remaining"),
        (REPLY, [asked, field(0x0E, u8(1))], "reply with a fault"),
        (REPLY, [asked, field(0x0F, b"NAME")], "reply with a fault's name"),
        (RESPONSE, [channel, asked], "response with a channel"),
        (FAULT, [channel, asked, field(0x0E, u8(1))], "fault with a channel"),
        (ONE_WAY, [channel, field(0x0B, b"name")], "document with a name"),
        (ONE_WAY, [channel, field(0x0C, text8("t") + text8("i"))], "document with an aggregate"),
    ]
    for kind, fields, name in misplaced:
        one(name, kind, message_body((ALICE, 1), DOCUMENT, fields), "the table of fields does not give it that")
    one_way("command with an aggregate", [channel, field(0x0B, b"n"), field(0x0C, text8("t") + text8("i"))],
            "the table of fields does not give it that", form=COMMAND)

    # Messages: values.
    sized = [(0x02, 4, "remaining"), (0x05, 16, "causation")]
    for tag, size, name in sized:
        one_way(f"{name}, one octet short", [channel, field(tag, b"\x01" * (size - 1))], "cut")
        one_way(f"{name}, one octet more", [channel, field(tag, b"\x01" * (size + 1))], "an octet too many")
    for size in (0, 15, 17):
        one(f"in-reply-to of {size} octets", REPLY, message_body((ALICE, 1), DOCUMENT, [field(0x03, b"\x01" * size)]),
            "an id has 16 octets")
    one("in-reply-to with sequence 0", REPLY, message_body((ALICE, 1), DOCUMENT, [field(0x03, u64(ALICE) + u64(0))]),
        "sequence numbers begin at 1")
    one_way("causation with incarnation 0", [channel, field(0x05, u64(0) + u64(1))], "an id has no incarnation 0")
    for size in (0, 2):
        one(f"fault code of {size} octets", FAULT, message_body((ALICE, 1), DOCUMENT, [asked, field(0x0E, b"\x01" * size)]),
            "a fault code has one octet")
    one("fault code 0", FAULT, message_body((ALICE, 1), DOCUMENT, [asked, field(0x0E, u8(0))]), "codes begin at 1")
    one("fault with a text that is not UTF-8", FAULT,
        message_body((ALICE, 1), DOCUMENT, [asked, field(0x0E, u8(1))], b"\xff\xfe"), "a FAULT's payload is UTF-8")
    one("fault with an empty name", FAULT, message_body((ALICE, 1), DOCUMENT, [asked, field(0x0E, u8(1)), field(0x0F, b"")]),
        "1 to 255 octets")

    texts = [(0x01, 191, "channel"), (0x04, 255, "correlation"), (0x06, 255, "type"), (0x07, 255, "content type"),
             (0x08, 255, "key"), (0x09, 255, "traceparent"), (0x0A, 512, "tracestate"), (0x0B, 255, "name")]
    bad_texts = [(b"x\x00", "with a NUL", "a text has no NUL"), (b"\x80", "of a lone continuation octet", "not UTF-8")]
    for tag, most, name in texts:
        cases = [(b"", "of no octet", f"1 to {most} octets"), (b"a/" + b"x" * (most - 1), f"of {most + 1} octets",
                                                                 f"1 to {most} octets")]
        for value, what, why in cases + bad_texts:
            fields = [field(tag, value)] if tag == 0x01 else [channel, field(tag, value)]
            one_way(f"{name} {what}", fields, why, form=COMMAND if tag == 0x0B else DOCUMENT)
    not_utf8 = [(b"\xc3", "cut after one of two octets"), (b"\xe2\x82", "cut after two of three octets"),
                (b"\xf0\x9f\x94", "cut after three of four octets"), (b"\xc0\x80", "NUL in two octets"),
                (b"\xc1\xbf", "two octets where one is enough"), (b"\xe0\x9f\xbf", "three octets where two are enough"),
                (b"\xf0\x8f\xbf\xbf", "four octets where three are enough"), (b"\xed\xa0\x80", "a high surrogate"),
                (b"\xed\xa0\xbd\xed\xb4\x91", "a pair of surrogates"), (b"\xf4\x90\x80\x80", "above U+10FFFF"),
                (b"\xf8\x88\x80\x80\x80", "five octets"), (b"\xff", "the octet %xFF"),
                (b"\xc3\x28", "a continuation octet is missing")]
    for value, why in not_utf8:
        one_way(f"key that is not UTF-8: {why}", [channel, field(0x08, b"k" + value)], "not UTF-8")

    pairs = [(ONE_WAY, EVENT_FORM, 0x0C, "aggregate", [channel]), (REQUEST, DOCUMENT, 0x10, "return address",
             [channel, remaining]), (ONE_WAY, DOCUMENT, 0x11, "sender", [channel])]
    for kind, form, tag, name, before in pairs:
        for value, what, why in (
            (b"", "of no octet", "two texts are mandatory"),
            (text8("one"), "of one text", "two texts are mandatory"),
            (text8("one") + u8(4) + b"two", "whose second text is cut short", "a text reaches beyond the field"),
            (text8("one") + text8("two") + b"\x00", "with one octet more", "an octet too many"),
            (text8("one") + text8(b"\xff"), "that is not UTF-8", "not UTF-8"),
        ):
            one(f"{name} {what}", kind, message_body((ALICE, 1), form, [*before, field(tag, value)]), why)
    for value, what, why in (
        (b"", "of no octet", "a name is mandatory"),
        (u8(0) + b"value", "without a name", "a name has 1 to 255 octets"),
        (u8(6) + b"value", "whose name is cut short", "a text reaches beyond the field"),
        (text8(b"\xff") + b"value", "whose name is not UTF-8", "not UTF-8"),
        (text8("name") + b"\xff", "whose value is not UTF-8", "not UTF-8"),
        (text8("name") + b"a\x00b", "with a NUL in its value", "a text has no NUL"),
    ):
        one_way(f"header {what}", [channel, field(0x40, value)], why)

    repeats_on_link(link)
    chunks_on_link(link)

    # Feeds.
    number = field(0x0D, u64(2) + u64(1))
    topic = channel_topic("a/b")

    def feed(name, octets, why, stands=()):
        add(name, "feed", octets, why, stands)

    def event(name, fields, why, kind=EVENT, form=DOCUMENT, subject=""):
        feed(name, channel_topic("a/b", subject) + frame(envelope(kind, message_body((ALICE, 1), form, fields))), why)

    good_event, good_event_said = message(EVENT, (ALICE, 9), channel="a/b", number=(2, 1))
    feed("a publication of no octet", b"", "no topic")
    feed("a topic alone", topic, "no frame")
    feed("a topic and no envelope", topic + b"P\x01", "a frame holds at least one envelope")
    feed("a frame without a topic", frame(good_event), "a publication begins with a topic")
    feed("topic %x05", b"\x05" + frame(heartbeat(1)[0]), "unknown topic")
    feed("topic without a channel", b"\x00\x00" + frame(good_event), "a channel has 1 to 191 octets")
    feed("topic with a channel of 192 octets", b"a/" + b"b" * 190 + b"\0\0" + frame(good_event), "1 to 191 octets")
    feed("topic with a subject of 256 octets", b"a/b\0" + b"s" * 256 + b"\0" + frame(good_event), "at most 255 octets")
    feed("topic without an end", b"a/b\0subject", "a subject ends with NUL")
    feed("topic with a subject that is not UTF-8", b"a/b\0\xff\0" + frame(good_event), "not UTF-8")
    feed("event under another channel's topic", channel_topic("a/c") + frame(good_event), "the channels differ")
    feed("event without a name under a subject", channel_topic("a/b", "s") + frame(good_event), "the subjects differ")
    event("event with a name under no subject", [channel, field(0x0B, b"name"), number], "the subjects differ",
          form=EVENT_FORM)
    event("event with a name under another subject", [channel, field(0x0B, b"name"), number], "the subjects differ",
          form=EVENT_FORM, subject="nam")
    event("command under its operation", [channel, field(0x0B, b"name"), number], "a command has no subject",
          form=COMMAND, subject="name")
    event("event without a channel", [number], "channel is mandatory")
    event("event without a number", [channel], "number is mandatory")
    event("event number 0", [channel, field(0x0D, u64(0) + u64(0))], "numbers begin at 1")
    event("event whose previous is itself", [channel, field(0x0D, u64(2) + u64(2))], "previous is less than number")
    event("event whose previous is to come", [channel, field(0x0D, u64(2) + u64(3))], "previous is less than number")
    event("event number 2^63", [channel, field(0x0D, u64(MOST + 1) + u64(2))], "numbers are below 2^63")
    event("event number 2^64 - 1 after one less", [channel, field(0x0D, u64(HIGHEST) + u64(HIGHEST - 1))], "numbers are below 2^63")
    event("event with a number of 8 octets", [channel, field(0x0D, u64(2))], "two numbers are mandatory")
    event("event with a number of 17 octets", [channel, field(0x0D, u64(2) + u64(1) + b"\0")], "an octet too many")
    event("event with in-reply-to", [channel, asked, number], "the table of fields does not give it that")
    event("event with a return address", [channel, number, field(0x10, text8("s") + text8("i"))],
          "the table of fields does not give it that")
    event("survey without remaining", [channel, number], "remaining is mandatory", kind=SURVEY)
    event("survey without a number", [channel, remaining], "number is mandatory", kind=SURVEY)
    for octets, said in (message(REQUEST, (ALICE, 1), channel="a/b", remaining=1), message(ONE_WAY, (ALICE, 1), channel="a/b"),
                         message(RESPONSE, (ALICE, 1), in_reply_to=(ALICE, 2)), ping(1), hello(), reject(3, ""),
                         finished((1, 1)), *of_bulk_links()):
        feed(f"{said['kind'].lower()} on a feed", topic + frame(octets), "belongs on a link")
    feed("heartbeat under a channel's topic", topic + frame(heartbeat(1)[0]), "only EVENT and SURVEY belong there")
    feed("subscribed under a channel's topic", topic + frame(subscribed("a/b", 1)[0]), "only EVENT and SURVEY belong there")
    feed("a malformed event after a good one", topic + frame(good_event, envelope(EVENT, b"short")), "cut", [good_event_said])
    feed("an event of another channel after a good one",
         topic + frame(good_event, message(EVENT, (ALICE, 10), channel="a/c", number=(3, 2))[0]), "the channels differ",
         [good_event_said])
    feed("version 2 on a feed", topic + b"P\x02" + good_event, "version is 1")
    repeats_on_feed(feed)
    feed("chunk on a feed", topic + frame(chunk(0, good_event[4:])[0]), "belongs on a link")
    feed("chunk after an event", topic + frame(good_event, chunk(0, good_event[4:])[0]), "belongs on a link", [good_event_said])
    nonce = bytes(range(8))
    confirm = confirm_topic(nonce, "a/b")
    right, right_said = subscribed("a/b", 1)
    feed("confirm-topic with a nonce cut short", b"\x01" + nonce[:7], "a nonce has eight octets")
    feed("confirm-topic without a channel", b"\x01" + nonce + b"\0" + frame(right), "a channel has 1 to 191 octets")
    feed("confirm-topic without an end", b"\x01" + nonce + b"a/b", "a channel ends with NUL")
    feed("event under a confirm-topic", confirm + frame(good_event), "only SUBSCRIBED belongs there")
    feed("subscribed to another channel", confirm + frame(subscribed("a/c", 1)[0]), "the channels differ")
    feed("subscribed twice", confirm + frame(right, right), "one SUBSCRIBED", [right_said])
    body = right[5:]
    feed("subscribed, one octet short", confirm + frame(envelope(SUBSCRIBED, body[:-1])), "cut")
    feed("subscribed, one octet more", confirm + frame(envelope(SUBSCRIBED, body + b"\0")), "an octet too many")
    for which, wrong in WRONG_NAMES:
        feed(f"subscribed with {which}", confirm + frame(subscribed("a/b", 1, **wrong)[0]), "the grammar of names in section 8")
    feed("subscribed with number 2^63", confirm + frame(subscribed("a/b", MOST + 1)[0]), "numbers are below 2^63")
    feed("subscribed of incarnation 0", confirm + frame(subscribed("a/b", 1, incarnation=0)[0]), "an incarnation is not 0")
    feed("repeat under a confirm-topic", confirm + frame(right, envelope(REPEAT, repeat_body(0, 2, u64(3) + u64(2)))),
         "no message to repeat", [right_said])
    beat, beat_said = heartbeat(2000)
    feed("repeat under the heartbeat-topic", b"\x02" + frame(beat, envelope(REPEAT, repeat_body(0, 2, u64(3) + u64(2)))),
         "no message to repeat", [beat_said])
    feed("heartbeat twice", b"\x02" + frame(beat, beat), "one HEARTBEAT", [beat_said])
    feed("heartbeat, one octet short", b"\x02" + frame(envelope(HEARTBEAT, beat[5:-1])), "cut")
    feed("heartbeat, one octet more", b"\x02" + frame(envelope(HEARTBEAT, beat[5:] + b"\0")), "an octet too many")
    feed("heartbeat of incarnation 0", b"\x02" + frame(heartbeat(1, incarnation=0)[0]), "an incarnation is not 0")
    feed("heartbeat and an octet", b"\x02" + frame(beat) + b"\0", "cannot be an envelope", [beat_said])
    told, told_said = numbers("a/b", 1, 3, ("s", 2), ("t", 3))
    link("numbers on a link", frame(told), "belongs on a feed")
    to_all, asked_for = numbers_topic("a/b"), ask_topic(nonce, 1, 0, "a/b")
    for name, of in (("numbers-topic", to_all), ("ask-topic", asked_for)):
        feed(f"event under a {name}", of + frame(good_event), "only NUMBERS belongs there")
        feed(f"heartbeat under a {name}", of + frame(beat), "only NUMBERS belongs there")
        feed(f"numbers of another channel under a {name}", of + frame(numbers("a/c", 1, 3)[0]), "the channels differ")
        feed(f"numbers twice under a {name}", of + frame(told, told), "one NUMBERS", [told_said])
    feed("numbers under a channel's topic", topic + frame(told), "only EVENT and SURVEY belong there")
    feed("numbers under a confirm-topic", confirm + frame(told), "only SUBSCRIBED belongs there")
    feed("numbers under the heartbeat-topic", b"\x02" + frame(told), "only HEARTBEAT belongs there")
    feed("numbers-topic without a channel", b"\x03\0" + frame(told), "a channel has 1 to 191 octets")
    feed("numbers-topic without an end", b"\x03a/b", "a channel ends with NUL")
    feed("ask-topic cut in its age", asked_for[:27], "an age has four octets")
    feed("ask-topic without a channel", asked_for[:29] + b"\0" + frame(told), "a channel has 1 to 191 octets")
    body = told[5:]
    feed("numbers, one octet short", to_all + frame(envelope(NUMBERS, body[:-1])), "cut")
    feed("numbers, one octet more", to_all + frame(envelope(NUMBERS, body + b"\0")), "cut")
    feed("numbers without any", to_all + frame(envelope(NUMBERS, body[: 8 + 5 + 7 + 4 + 1 + 15])), "cut")
    feed("numbers of incarnation 0", to_all + frame(numbers("a/b", 1, 3, incarnation=0)[0]), "an incarnation is not 0")
    for which, wrong in WRONG_NAMES:
        feed(f"numbers with {which}", to_all + frame(numbers("a/b", 1, 3, **wrong)[0]), "the grammar of names in section 8")
    feed("numbers with an unknown flag", to_all + frame(numbers("a/b", 1, 3, flags=8)[0]), "flags are 0 to 7")
    feed("numbers that end before they begin", to_all + frame(numbers("a/b", 3, 2)[0]), "from is not above up-to")
    feed("numbers up to 2^63", to_all + frame(numbers("a/b", 3, 1 << 63)[0]), "below 2^63")
    feed("numbers from 2^64 - 1", to_all + frame(numbers("a/b", HIGHEST, HIGHEST)[0]), "below 2^63")
    feed("numbers with one of before", to_all + frame(numbers("a/b", 1, 3, ("s", 1))[0]), "above from")
    feed("numbers with one of after", to_all + frame(numbers("a/b", 1, 3, ("s", 4))[0]), "no higher than up-to")
    feed("numbers that do not ascend", to_all + frame(numbers("a/b", 1, 4, ("s", 3), ("t", 2))[0]), "in ascending order")
    feed("numbers with one twice", to_all + frame(numbers("a/b", 1, 4, ("s", 3), ("t", 3))[0]), "each once")
    feed("numbers with a subject that is not UTF-8", to_all + frame(numbers("a/b", 1, 4, (b"\xff", 3))[0]), "not UTF-8")
    feed("numbers with a NUL in a subject", to_all + frame(numbers("a/b", 1, 4, (b"s\0", 3))[0]), "a text has no NUL")
    return vectors


# Every field where it may not stand in changes, whatever is repeated; correct in itself.
NEVER_CHANGED = [
    ("channel", field(0x01, b"a/b")), ("in-reply-to", field(0x03, u64(ALICE) + u64(1))), ("type", field(0x06, b"t")),
    ("content type", field(0x07, b"a/b")), ("name", field(0x0B, b"n")), ("number", field(0x0D, u64(2) + u64(1))),
    ("fault", field(0x0E, u8(1))), ("fault's name", field(0x0F, b"NAME")), ("return address", field(0x10, text8("s") + text8("i"))),
    ("sender", field(0x11, text8("s") + text8("i"))), ("field 0", field(0x00, b"")), ("field %x12", field(0x12, b"?")),
    ("field %x41", field(0x41, b"?")), ("field %x7F", field(0x7F, b"?")),
]


def repeats_on_link(link):
    first, first_said = message(ONE_WAY, (ALICE, 1), payload=b"1", channel="a/b")
    event, event_said = message(ONE_WAY, (ALICE, 1), EVENT_FORM, b"1", channel="a/b", name="n")
    request, request_said = message(REQUEST, (ALICE, 1), COMMAND, b"1", channel="a/b", remaining=1000, name="n")
    fault, fault_said = message(FAULT, (BOB, 1), in_reply_to=(ALICE, 1), fault=1)
    said = {first: first_said, event: event_said, request: request_said, fault: fault_said, ping(7)[0]: ping(7)[1]}
    for kind in (REPLY, RESPONSE):
        octets, answer_said = message(kind, (BOB, 1), EVENT_FORM, in_reply_to=(ALICE, 1), name="n")
        said[octets] = answer_said

    def bad(name, before, body, why):
        link(name, frame(*before, envelope(REPEAT, body)), why, [said[octets] for octets in before])

    good = repeat_body(0, 2, payload=b"2")
    bad("repeat first in its frame", [], good, "no message to repeat")
    bad("repeat after a control envelope alone", [ping(7)[0]], good, "no message to repeat")
    bad("repeat of the next message", [first], repeat_body(1, 2), "the index names no message before it")
    bad("repeat of index 255", [first], repeat_body(255, 2), "the index names no message before it")
    repeated, repeated_said = repeat(0, (first, first_said), 2)
    link("repeat of a repeat", frame(first, repeated, envelope(REPEAT, repeat_body(1, 3))), "repeats are not counted",
         [first_said, repeated_said])
    link("repeat of the control envelope between", frame(first, ping(7)[0], envelope(REPEAT, repeat_body(1, 3))),
         "control envelopes are not counted", [first_said, ping(7)[1]])
    link("repeat of a message after it", frame(first, envelope(REPEAT, repeat_body(1, 3)), request),
         "the index names no message before it", [first_said])
    whole = envelope(CHUNK, u32(0) + first[4:])
    link("repeat of what a chunk completes", frame(whole, envelope(REPEAT, repeat_body(0, 3))), "chunks are not counted",
         [chunk(0, first[4:])[1]])
    bad("repeat of a fault", [fault], repeat_body(0, 2, u64(2)), "faults are not repeated")
    bad("repeat of a fault that has its fields", [fault], repeat_body(0, 2, u64(2), [field(0x0E, u8(1))]),
        "faults are not repeated")
    bad("repeat without a body", [first], b"", "cut")
    bad("repeat of an index alone", [first], u8(0), "cut")
    bad("repeat cut in its sequence", [first], good[:8], "cut")
    bad("repeat without changes", [first], good[:9], "changes have a length")
    bad("repeat cut in the changes' length", [first], good[:10], "changes have a length of two octets")
    bad("repeat with changes of 65,535 octets that are not there", [first], u8(0) + u64(2) + u16(65_535),
        "changes reach beyond the envelope")
    bad("repeat with sequence 0", [first], repeat_body(0, 0), "sequence numbers begin at 1")
    bad("repeat of a request cut in its remaining", [request], u8(0) + u64(2) + b"\0\0\0", "cut")
    bad("repeat of a request without remaining", [request], repeat_body(0, 2),
        "the changes' length is part of remaining; the rest is cut")
    for octets, answer_said in list(said.items()):
        kind = answer_said["kind"]
        if kind in ("REPLY", "RESPONSE"):
            name = kind.lower()
            bad(f"repeat of a {name} with in-reply-to 0", [octets], repeat_body(0, 2, u64(0)), "sequence numbers begin at 1")
            bad(f"repeat of a {name} cut in in-reply-to", [octets], u8(0) + u64(2) + b"\0" * 6 + b"\1", "cut")
            bad(f"repeat of a {name} with in-reply-to in changes", [octets],
                repeat_body(0, 2, u64(2), [field(0x03, u64(ALICE) + u64(2))]), "it varies")
            bad(f"repeat of a {name} with remaining", [octets], repeat_body(0, 2, u64(2), [field(0x02, u32(1))]), "not in changes")

    # Changes.
    for name, octets in NEVER_CHANGED:
        bad(f"repeat of an event one-way with {name} in changes", [event], repeat_body(0, 2, b"", [octets]), "not in changes")
    bad("repeat of a request with remaining in changes", [request], repeat_body(0, 2, u32(5), [field(0x02, u32(5))]), "it varies")
    bad("repeat of a request with a channel in changes", [request], repeat_body(0, 2, u32(5), [field(0x01, b"a/b")]),
        "not in changes")
    bad("repeat of a request with a return address in changes", [request],
        repeat_body(0, 2, u32(5), [field(0x10, text8("s") + text8("i"))]), "not in changes")
    aggregate = field(0x0C, text8("order") + text8("1"))
    bad("repeat of a document with an aggregate", [first], repeat_body(0, 2, b"", [aggregate]), "only an event has an aggregate")
    bad("repeat of a command with an aggregate", [request], repeat_body(0, 2, u32(5), [aggregate]),
        "only an event has an aggregate")
    key, correlation, header = field(0x08, b"k"), field(0x04, b"c"), field(HEADER, text8("h") + b"v")
    bad("repeat with changes in descending order", [first], repeat_body(0, 2, b"", [key, correlation]), "fields ascend")
    bad("repeat with a key after a header", [first], repeat_body(0, 2, b"", [header, key]), "fields ascend")
    bad("repeat with a key twice", [first], repeat_body(0, 2, b"", [key, key]), "each field at most once")
    bad("repeat with a header twice", [first], repeat_body(0, 2, b"", [header, header]), "headers have different names")
    bad("repeat with an unknown field from %x80 on before a header", [first], repeat_body(0, 2, b"", [field(0x80, b""), header]),
        "fields ascend")
    bad("repeat with an empty key", [first], repeat_body(0, 2, b"", [field(0x08, b"")]), "1 to 255 octets")
    bad("repeat with a correlation that is not UTF-8", [first], repeat_body(0, 2, b"", [field(0x04, b"\xff")]), "not UTF-8")
    bad("repeat with a causation cut short", [first], repeat_body(0, 2, b"", [field(0x05, b"\1" * 15)]), "an id has 16 octets")
    bad("repeat with a remaining of 3 octets", [first], repeat_body(0, 2, b"", [field(0x02, b"\1" * 3)]), "cut")
    bad("repeat with a field beyond its changes", [first], u8(0) + u64(2) + u16(4) + u8(0x08) + u16(5) + b"k" + b"payload",
        "the field reaches into the payload")
    bad("repeat with a tag alone", [first], repeat_body(0, 2, b"", [u8(0x08)]), "a field has a length")


def chunks_on_link(link):
    first, first_said = ping(7)
    link("chunk without a body", frame(envelope(CHUNK)), "cut")
    link("chunk cut in its rest", frame(first, envelope(CHUNK, b"\0\0\0")), "cut", [first_said])
    link("chunk of no octet, the last", frame(first, envelope(CHUNK, u32(0))), "at least one octet", [first_said])
    link("chunk of no octet, with more to come", frame(envelope(CHUNK, u32(9))), "at least one octet")


def repeats_on_feed(feed):
    topic = channel_topic("a/b")
    event, event_said = message(EVENT, (ALICE, 1), channel="a/b", number=(1, 0))
    survey, survey_said = message(SURVEY, (ALICE, 1), channel="a/b", remaining=1000, number=(1, 0))
    said = {event: event_said, survey: survey_said}

    def bad(name, before, body, why):
        feed(name, topic + frame(*before, envelope(REPEAT, body)), why, [said[octets] for octets in before])

    right = u64(3) + u64(2)
    bad("repeat first on a feed", [], repeat_body(0, 2, right), "no message to repeat")
    bad("repeat of index 1 after one event", [event], repeat_body(1, 2, right), "the index names no message before it")
    bad("repeat of an event with sequence 0", [event], repeat_body(0, 0, right), "sequence numbers begin at 1")
    for name, octets, more in (("an event", event, b""), ("a survey", survey, u32(1))):
        bad(f"repeat of {name} number 0", [octets], repeat_body(0, 2, u64(0) + u64(0) + more), "numbers begin at 1")
        bad(f"repeat of {name} whose previous is itself", [octets], repeat_body(0, 2, u64(3) + u64(3) + more),
            "previous is less than number")
        bad(f"repeat of {name} number 2^63", [octets], repeat_body(0, 2, u64(MOST + 1) + u64(2) + more), "numbers are below 2^63")
        bad(f"repeat of {name} whose previous is to come", [octets], repeat_body(0, 2, u64(3) + u64(4) + more),
            "previous is less than number")
    bad("repeat of an event cut in its number", [event], u8(0) + u64(2) + u64(3)[:7], "cut")
    bad("repeat of an event cut in its previous", [event], u8(0) + u64(2) + right[:15], "cut")
    bad("repeat of a survey cut in its remaining", [survey], u8(0) + u64(2) + right + b"\0\0\1", "cut")
    bad("repeat of a survey with remaining in changes", [survey], repeat_body(0, 2, right + u32(1), [field(0x02, u32(1))]),
        "it varies")
    bad("repeat of an event with a number in changes", [event], repeat_body(0, 2, right, [field(0x0D, u64(4) + u64(3))]),
        "it varies")
    bad("repeat of an event with another channel", [event], repeat_body(0, 2, right, [field(0x01, b"a/c")]), "not in changes")
    named, named_said = message(EVENT, (ALICE, 1), EVENT_FORM, channel="a/b", name="n", number=(1, 0))
    feed("repeat of an event with another subject",
         channel_topic("a/b", "n") + frame(named, envelope(REPEAT, repeat_body(0, 2, right, [field(0x0B, b"m")]))),
         "not in changes", [named_said])


# --- chunked ----------------------------------------------------------------------------------------------------------------------


def chunked():
    vectors = []

    def came(name, frames, *said, max_frame=1024):
        vectors.append({"name": name, "frames": [octets.hex() for octets in frames], "maxFrame": max_frame,
                        "decoded": {"envelopes": list(said)}})

    def bad(name, frames, why, *stands, max_frame=1024):
        vectors.append({"name": name, "frames": [octets.hex() for octets in frames], "maxFrame": max_frame, "malformed": why,
                        "stands": list(stands)})

    def cut(octets, *sizes):
        """Chunks of an envelope: one of each size, and one of what is left."""
        octets, chunks = octets[4:], []
        for size in sizes:
            chunks.append(envelope(CHUNK, u32(len(octets) - size) + octets[:size]))
            octets = octets[size:]
        return [*chunks, envelope(CHUNK, u32(0) + octets)]

    def apart(*envelopes):
        return [frame(octets) for octets in envelopes]

    one_way, one_way_said = message(ONE_WAY, (ALICE, 1), payload=b"a large one", channel="a/b", type="Note")
    other, other_said = message(ONE_WAY, (ALICE, 2), payload=b"another", channel="a/c")
    small, small_said = message(ONE_WAY, (ALICE, 3), payload=b"small", channel="a/d")
    again, again_said = repeat(0, (small, small_said), 4, b"repeated")
    beat, beat_said = ping(7)

    # All that is well-formed.
    came("one chunk", apart(*cut(one_way)), one_way_said)
    came("two chunks", apart(*cut(one_way, 20)), one_way_said)
    came("a chunk for each octet", apart(*cut(one_way, *[1] * (len(one_way) - 5))), one_way_said)
    came("all chunks in one frame", [frame(*cut(one_way, 5, 1, 20))], one_way_said)
    for octets, said in (
        message(REQUEST, (ALICE, 5), COMMAND, ORDER, name="place", key="k", headers=(("h", "v"),), **SHORT),
        message(REPLY, (BOB, 1), payload=ORDER, in_reply_to=(ALICE, 5)),
        message(FAULT, (BOB, 2), payload=b"no", in_reply_to=(ALICE, 5), fault=32, fault_name="NO"),
        message(RESPONSE, (BOB, 3), payload=ORDER, in_reply_to=(ALICE, 5)),
    ):
        came(f"{said['kind'].lower()} in chunks", apart(*cut(octets, 10, 10)), said)
    first, middle, last = cut(one_way, 10, 10)
    came("others between", [frame(first), frame(beat, small), frame(middle), frame(small, again), frame(last), frame(beat)],
         beat_said, small_said, small_said, again_said, one_way_said, beat_said)
    came("others in the frames of the chunks", [frame(beat, first, small), frame(middle, beat), frame(small, last, again)],
         beat_said, small_said, beat_said, small_said, one_way_said, again_said)
    came("what is complete is not counted for a repeat's index",
         [frame(first, middle), frame(last, small, again), frame(*cut(other), small, *cut(one_way), again)],
         one_way_said, small_said, again_said, other_said, small_said, one_way_said, again_said)
    came("one after another", apart(*cut(one_way, 10), *cut(other, 9, 8)), one_way_said, other_said)
    came("the last chunk of one and the first of another in a frame",
         [frame(first, middle), frame(last, cut(other, 10)[0]), frame(cut(other, 10)[1])], one_way_said, other_said)
    came("one that is never complete", [frame(beat), frame(first), frame(small), frame(middle)], beat_said, small_said)
    came("one that is never complete and announces all there may be", [frame(chunk(1022 - 4 - 1, one_way[4:5])[0]), frame(beat)],
         beat_said)

    # Size. The envelope with its length field has at most max-frame less 2 octets.
    def of_size(size):
        fixed = len(message(ONE_WAY, (ALICE, 6), channel="a/b")[0])
        return message(ONE_WAY, (ALICE, 6), payload=b"x" * (size - fixed), channel="a/b")

    largest, largest_said = of_size(1022)
    came("the largest for the least max-frame", apart(*cut(largest, 500)), largest_said)
    came("the largest for the least max-frame in one chunk", apart(*cut(largest)), largest_said)
    larger, larger_said = of_size(1023)
    bad("one octet too large", apart(beat, *cut(larger, 500)), "larger than max-frame less 2, as the first chunk tells", beat_said)
    bad("one octet too large in one chunk", apart(*cut(larger)), "larger than max-frame less 2")
    came("one octet more for another max-frame", apart(*cut(larger, 500)), larger_said, max_frame=1025)
    for rest in ((1 << 31) - 1, 1 << 31, (1 << 32) - 1):
        bad(f"a rest of {rest:,}", apart(chunk(rest, one_way[4:])[0], beat),
            "larger than max-frame less 2; nothing is set aside for it")
    bad("a rest of 4,294,967,295 for the greatest max-frame", apart(chunk((1 << 32) - 1, one_way[4:])[0], beat),
        "larger than max-frame less 2; the sum takes more than 32 bits", max_frame=(1 << 32) - 1)

    # Rests that do not follow from each other.
    body = one_way[4:]
    rests = [("does not fall", len(body) - 10), ("falls by too little", len(body) - 19), ("falls by too much", len(body) - 21),
             ("is 0 too soon", 0), ("grows", len(body)), ("grows beyond max-frame", (1 << 32) - 1)]
    for what, rest in rests:
        bad(f"a rest that {what}", [frame(first), frame(beat, chunk(rest, body[10:20])[0], small)],
            "a rest is the one before less its own octets", beat_said)
    bad("more octets than the rest", [frame(first), frame(chunk(0, body[10:] + b"x")[0])],
        "a rest is the one before less its own octets")
    bad("a new envelope before the last is complete", [frame(first), frame(cut(other, 5)[0])], "one at a time")
    bad("a first chunk twice", [frame(first), frame(first)], "a rest is the one before less its own octets")
    bad("a chunk left out", [frame(first), frame(last)], "a rest is the one before less its own octets")
    bad("the last chunk twice", [frame(first, middle), frame(last), frame(last)],
        "it begins another envelope, whose kind is what stands in the middle of this one", one_way_said)

    # What may not travel in chunks. Whether it is refused with its first chunk or its last, the same envelopes stand.
    controls = [hello(), welcome(), reject(3, "no"), credit(1, 1024), credit_wanted(1024), ping(7), pong(7), going_away(5),
                cancel((ALICE, 1)), finished((1, 1)), *of_bulk_links()]
    for octets, said in controls:
        sizes = [2] if len(octets) > 5 else []  # what has no body makes one chunk
        bad(f"{said['kind'].lower()} in chunks", [frame(beat), *apart(*cut(octets, *sizes))], "only messages travel in chunks",
            beat_said)
    came("bulk next between chunks", [frame(first, bulk_next(1)[0]), frame(middle), frame(bulk_next(2)[0], last)],
         bulk_next(1)[1], bulk_next(2)[1], one_way_said)
    bad("repeat in chunks", [frame(small), *apart(*cut(again, 10))], "only messages in full travel in chunks", small_said)
    bad("repeat in a chunk, of a message in the frame", [frame(small, *cut(again))], "only messages in full travel in chunks",
        small_said)
    bad("chunk in chunks", apart(*cut(first, 7)), "only messages travel in chunks")
    for kind, octets in ((0x00, b""), (0x22, u64(1)), (ACK, u64(1) + u64(1)), (0xFF, u64(1))):
        bad(f"unknown kind %x{kind:02X} in chunks", apart(*cut(envelope(kind, octets + b"?"), 1)), "unknown kind")
    for kind in (EVENT, SURVEY):
        octets, said = message(kind, (ALICE, 1), channel="a/b", remaining=1, number=(1, 0))
        bad(f"{said['kind'].lower()} in chunks", apart(*cut(octets, 5)), "belongs on a feed")
    for octets, said in (subscribed("a/b", 1), heartbeat(1000), numbers("a/b", 1, 2, ("s", 2))):
        bad(f"{said['kind'].lower()} in chunks", apart(*cut(octets, 5)), "belongs on a feed")

    # Malformed when it is complete, and what stands before and after.
    bad("a malformed message in chunks", [frame(first, middle, last), frame(beat), *apart(*cut(one_way[:20], 10)), frame(beat)],
        "cut", one_way_said, beat_said)
    bad("a kind alone in a chunk", [frame(envelope(CHUNK, u32(0) + u8(ONE_WAY)))], "cut")
    bad("an envelope with its length field in chunks", apart(chunk(10, one_way[:-10])[0], chunk(0, one_way[-10:])[0]),
        "the first octet is the kind")
    bad("a malformed envelope between chunks", [frame(first), frame(beat, envelope(PONG, b"short")), frame(middle), frame(last)],
        "cut", beat_said)
    bad("a malformed envelope after the last chunk", [frame(first, middle), frame(last, small, envelope(0xFF), small)],
        "unknown kind", one_way_said, small_said)
    bad("a repeat of what a chunk completes", [frame(first, middle), frame(last, repeat(0, (one_way, one_way_said), 9)[0])],
        "what is complete is not counted for an index", one_way_said)
    bad("a repeat of a message of the frame before", [frame(small), frame(again)], "a frame stands for itself", small_said)
    bad("a chunk of no octet between", [frame(first), frame(envelope(CHUNK, u32(len(body) - 10))), frame(middle, last)],
        "at least one octet")
    return vectors


# --- subscriptions ----------------------------------------------------------------------------------------------------------------


def subscriptions():
    nonce = bytes.fromhex("0001020050ff0200")
    return [
        {"name": "all of a channel", "hex": b"orders/events\0".hex(), "is": "channel", "channel": "orders/events", "prefix": ""},
        {"name": "subjects with a prefix", "hex": b"orders/events\0order.".hex(), "is": "channel", "channel": "orders/events",
         "prefix": "order."},
        {"name": "subjects with a prefix that is not ASCII", "hex": "a/b\0größe".encode().hex(), "is": "channel",
         "channel": "a/b", "prefix": "größe"},
        {"name": "confirmation", "hex": confirm_topic(nonce, "orders/events").hex(), "is": "confirm", "nonce": nonce.hex(),
         "channel": "orders/events"},
        {"name": "heartbeats", "hex": "02", "is": "heartbeat"},
        {"name": "numbers", "hex": numbers_topic("orders/events").hex(), "is": "numbers", "channel": "orders/events"},
        {"name": "a question for a clock", "hex": ask_topic(nonce, HIGHEST, 0, "shop/parley.clock").hex(),
         **asking(nonce, HIGHEST, 0, "shop/parley.clock")},
        {"name": "a question", "hex": ask_topic(nonce, 41, 60_000, "orders/events").hex(), **asking(nonce, 41, 60_000, "orders/events")},
        {"name": "a question of one who knows nothing", "hex": ask_topic(nonce, HIGHEST, 0, "a/b").hex(),
         **asking(nonce, HIGHEST, 0, "a/b")},
    ]


def document():
    """The file's text: one vector a line, so that a change shows as such."""

    def block(vectors):
        names = [vector["name"] for vector in vectors]
        assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
        return ",\n".join("    " + json.dumps(vector, ensure_ascii=False) for vector in vectors)

    sections = {"wellFormed": well_formed(), "malformed": malformed(), "chunked": chunked(), "subscriptions": subscriptions()}
    body = ",\n".join(f'  "{name}": [\n{block(vectors)}\n  ]' for name, vectors in sections.items())
    return f'{{\n  "version": 1,\n{body}\n}}\n'


def main(arguments):
    if arguments == ["--write"]:
        FILE.write_text(document(), encoding="utf-8")
    elif arguments == ["--check"]:
        return 0 if FILE.read_text(encoding="utf-8") == document() else 1
    elif not arguments:
        sys.stdout.write(document())
    else:
        sys.stderr.write(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
