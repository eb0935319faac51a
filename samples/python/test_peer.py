#!/usr/bin/env python3
"""Two Python peers, and raw sockets, against each other: scripts/python-with-pyzmq samples/python/test_peer.py"""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
import unittest
import unittest.mock

import peer as parley
import vectors
import zmq

HERE = pathlib.Path(__file__).resolve().parent


def kinds_of(frame):
    """The kinds of a frame's envelopes as they stand there, REPEAT and CHUNK included."""
    kinds, at = [], len(parley.MAGIC)
    while at < len(frame):
        kinds.append(parley.KINDS[frame[at + 4]])
        at += 4 + int.from_bytes(frame[at : at + 4], "big")
    return kinds


class CodecTest(unittest.TestCase):
    def test_agrees_with_the_golden_vectors(self):
        self.assertIn("agreed", parley.check_vectors(vectors.FILE)[0])

    def test_golden_vectors_are_what_the_script_writes(self):
        self.assertEqual(vectors.FILE.read_text(encoding="utf-8"), vectors.document())

    def test_packs_many_envelopes_into_frames_of_64_kib(self):
        packer = parley.Packer()
        for n in range(20_000):
            packer.add({"kind": "PING", "token": f"{n:016x}"})
        frames = packer.take()
        self.assertTrue(all(len(frame) <= 64 * 1024 + 2 for frame in frames))
        tokens = [e["token"] for frame in frames for e in parley.decode_frame(frame)]
        self.assertEqual(tokens, [f"{n:016x}" for n in range(20_000)])

    def test_packs_messages_that_repeat_the_first_one_of_their_frame(self):
        packer, sizes, payload = parley.Packer(), [], bytes(50)
        for n in range(1, 5001):
            sizes.append(packer.add({"kind": "ONE-WAY", "id": f"00000000000000aa-{n}", "form": "document", "channel": "a/b",
                                     "payload": payload}))
        frames = packer.take()
        self.assertGreater(len(frames), 2)
        for frame in frames:
            first, *others = kinds_of(frame)
            self.assertEqual((first, set(others)), ("ONE-WAY", {"REPEAT"}))
        messages = [e for frame in frames for e in parley.decode_frame(frame)]
        self.assertEqual([e["id"] for e in messages], [f"00000000000000aa-{n}" for n in range(1, 5001)])
        self.assertEqual({e["channel"] for e in messages}, {"a/b"})
        self.assertEqual([e["size"] for e in messages], sizes)
        self.assertEqual(min(sizes), 16 + len(payload))


    def test_understands_or_refuses_mutants_and_says_what_it_understood_again(self):
        dice = random.Random(2026)
        seeds = [octets for vector in json.loads(vectors.FILE.read_text(encoding="utf-8"))["wellFormed"]
                 if vector["on"] == "link" and len(octets := bytes.fromhex(vector["hex"])) < 1000]
        understood = refused = 0
        for _ in range(3000):
            mutant = bytearray(dice.choice(seeds))
            for _ in range(dice.randint(1, 3)):
                mutant[dice.randrange(len(mutant))] = dice.randrange(256)
            try:
                envelopes = parley.decode_frame(mutant)
            except parley.Malformed:
                refused += 1
                continue
            understood += 1
            again = parley.decode_frame(parley.encode_frame(*envelopes))
            self.assertEqual([parley.as_json(e) for e in again], [parley.as_json(e) for e in envelopes])
        self.assertGreater(min(understood, refused), 100)

    def test_chunks_cost_no_memory_before_they_have_arrived(self):
        assembly = parley.Assembly(parley.MAX_FRAME)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        before, _ = tracemalloc.get_traced_memory()
        self.assertIsNone(assembly.add({"rest": parley.MAX_FRAME - 1000, "octets": b"\x10" + bytes(99)}))
        after, _ = tracemalloc.get_traced_memory()
        self.assertLess(after - before, 10_000)


class OutboxTest(unittest.TestCase):
    """What leaves, frame by frame."""

    LARGE = 300_000

    def setUp(self):
        self.frames = []
        self.outbox = parley.Outbox(self.frames.append)
        self.assembly = parley.Assembly(parley.MAX_FRAME)
        self.sequence = 0

    def put(self, channel, size, *followers):
        """Puts a one-way message, or a reply if there is no channel, and returns its sequence number."""
        self.sequence += 1
        message = {"kind": "ONE-WAY" if channel else "REPLY", "id": f"00000000000000aa-{self.sequence}", "form": "document",
                   "payload": os.urandom(size)}
        message.update({"channel": channel} if channel else {"in-reply-to": "00000000000000bb-1"})
        self.outbox.put(message, *followers)
        return self.sequence

    def flush_all(self):
        self.outbox.flush()
        while self.outbox.waiting:
            self.outbox.flush()

    def came(self):
        """The sequence numbers of the messages that have come, and the kinds of all others, in order."""
        envelopes = [e for frame in self.frames for e in parley.decode_frame(frame, assembly=self.assembly)]
        self.frames.clear()
        return [int(e["id"].split("-")[1]) if e["kind"] in parley.MESSAGES else e["kind"] for e in envelopes]

    def test_sends_what_fits_whole_and_the_rest_in_chunks(self):
        most = 262_144 - len(parley.encode_frame({
            "kind": "ONE-WAY", "id": "00000000000000aa-1", "form": "document", "channel": "a/b", "payload": b""}))
        for size, in_chunks in ((most, False), (most + 1, True), (3_000_000, True)):
            sequence = self.put("a/b", size)
            self.flush_all()
            self.assertLessEqual(max(map(len, self.frames)), 262_144)
            kinds = {e["kind"] for frame in self.frames for e in parley.decode_frame(frame)}
            self.assertEqual(kinds, {"CHUNK"} if in_chunks else {"ONE-WAY"})
            if in_chunks:
                self.assertLessEqual(max(map(len, self.frames)), 64 * 1024 + len(parley.encode_frame(
                    {"kind": "CHUNK", "rest": 0, "octets": b""})))
            self.assertEqual(self.came(), [sequence])

    def test_lets_others_overtake_but_none_of_the_same_channel(self):
        large = self.put("a/b", self.LARGE)
        self.outbox.flush()
        same, other, answer = self.put("a/b", 1), self.put("a/c", 1), self.put(None, 1)
        self.outbox.put({"kind": "PING", "token": "0" * 16})
        self.outbox.flush()
        self.assertEqual(self.came(), [other, answer, "PING"])
        self.flush_all()
        self.assertEqual(self.came(), [large, same])

    def test_sends_one_large_one_at_a_time_and_keeps_the_order_of_each_channel(self):
        first, second = self.put("a/b", self.LARGE), self.put("a/c", self.LARGE)
        behind_second, behind_first, large_answer = self.put("a/c", 1), self.put("a/b", 1), self.put(None, self.LARGE)
        third, small_answer = self.put("a/b", self.LARGE), self.put(None, 1)
        self.flush_all()
        self.assertEqual(self.came(), [small_answer, first, second, behind_second, behind_first, large_answer, third])
        again = self.put("a/b", 1)
        self.outbox.flush()
        self.assertEqual(self.came(), [again])

    def test_tells_the_credit_that_the_other_side_counts(self):
        dice = random.Random(7)
        told, counted = {}, {}
        for n in range(1, 200):
            message = {"kind": "ONE-WAY", "id": f"00000000000000aa-{n}", "form": "document", "channel": dice.choice(["a/b", "a/c"]),
                       "payload": bytes(dice.choice([0, 10, 1000, self.LARGE if n % 20 == 0 else 5])), **dice.choice([{}, {"key": "k"}])}
            told[message["id"]] = self.outbox.put(message)
            if dice.random() < 0.3:
                self.outbox.flush()
        self.flush_all()
        for frame in self.frames:
            counted.update((e["id"], e["size"]) for e in parley.decode_frame(frame, assembly=self.assembly))
        self.assertEqual(counted, told)
        self.assertGreater(max(told.values()), self.LARGE)

    def test_sends_what_follows_a_message_right_behind_it(self):
        large = self.put("a/b", self.LARGE, {"kind": "PING", "token": "0" * 16})
        small = self.put("a/b", 1, {"kind": "PONG", "token": "0" * 16})
        other = self.put("a/c", 1, {"kind": "PING", "token": "0" * 16})
        self.flush_all()
        self.assertEqual(self.came(), [other, "PING", large, "PING", small, "PONG"])


class GapTest(unittest.TestCase):
    def setUp(self):
        self.gaps = []
        self.subscription = parley.Subscription("a/b", "", None, self.gaps.append)
        self.subscription.first["p"] = 5

    def note(self, number, previous, subject="s", publisher="p"):
        self.subscription.note_number(publisher, subject, {"number": number, "previous": previous})

    def test_sees_none_where_each_event_follows_the_last_of_its_subject(self):
        self.note(6, 2)
        self.note(9, 6)
        self.note(8, 5, subject="t")
        self.assertEqual(self.gaps, [])

    def test_sees_one_before_the_first_event_of_a_subject(self):
        self.note(8, 7)
        self.assertEqual(self.gaps, [{"channel": "a/b", "subject": "s", "after": 5, "before": 8}])

    def test_sees_one_between_two_events(self):
        self.note(6, 0)
        self.note(9, 8)
        self.assertEqual([gap["after"] for gap in self.gaps], [6])

    def test_sees_none_where_the_publisher_has_forgotten(self):
        self.note(6, 0)
        self.note(9, 0)
        self.assertEqual(self.gaps, [])

    def test_keeps_publishers_apart(self):
        self.note(6, 0)
        self.note(9, 8, publisher="q")
        self.assertEqual(self.gaps, [])


class MeshTest(unittest.TestCase):
    """A mesh in a directory of its own."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = directory.name

    def open(self, service, **more):
        return parley.Peer(service, "test", self.home, **more)

    @contextlib.contextmanager
    def running(self, service, prepare, **more):
        """A peer in a thread of its own, closed at the end."""
        peer = self.open(service, **more)
        prepare(peer)

        def live():
            with peer:
                peer.run()

        thread = threading.Thread(target=live)
        thread.start()
        try:
            yield peer
        finally:
            peer.stop()
            thread.join(10)
            self.assertFalse(thread.is_alive())


class PeersTest(MeshTest):
    def test_ask_and_answer(self):
        def prepare(parrot):
            parrot.on_request("parrot/echo", lambda message: message["value"])

        with self.running("parrot", prepare), self.open("asker") as asker:
            for payload in ({"a": [1, None, "é"]}, "text", b"\0\xff", None):
                self.assertEqual(asker.request("parrot/echo", payload)["value"], payload)

    def test_answers_belong_to_the_conversation_of_the_request(self):
        def prepare(parrot):
            parrot.on_request("parrot/echo", lambda message: message["id"])

        with self.running("parrot", prepare), self.open("asker") as asker:
            reply = asker.request("parrot/echo", 1)
            self.assertEqual((reply["correlation"], reply["causation"]), (reply["value"], reply["value"]))
            reply = asker.request("parrot/echo", 1, correlation="c-1")
            self.assertEqual((reply["correlation"], reply["causation"]), ("c-1", reply["value"]))

    def test_large_payloads_pass_and_too_large_ones_are_not_sent(self):
        def prepare(parrot):
            parrot.on_request("parrot/echo", lambda message: message["value"] * message.get("times", 1))
            parrot.on_request("parrot/much", lambda message: b"x" * message["value"])

        with self.running("parrot", prepare), self.open("asker") as asker:
            payload = os.urandom(3_000_000)
            self.assertEqual(asker.request("parrot/echo", payload)["value"], payload)
            with self.assertRaises(ValueError):
                asker.request("parrot/echo", bytes(parley.MAX_FRAME))
            with self.assertRaises(parley.Fault) as caught:
                asker.request("parrot/much", parley.MAX_FRAME)
            self.assertEqual(caught.exception.code, parley.UNSENDABLE_REPLY)

    def test_small_messages_overtake_a_large_one_but_not_on_its_channel(self):
        received = []

        def prepare(parrot):
            for name in ("large", "small"):
                parrot.on_one_way(f"parrot/{name}", lambda message: received.append((message["channel"], len(message["value"]))))

        with self.running("parrot", prepare), self.open("sender") as sender:
            sender.send("parrot/small", b"1")  # the link is open from here on
            (link,) = sender.links.values()
            calls = []
            for channel, size in (("parrot/large", 3_000_000), ("parrot/large", 10), ("parrot/small", 20)):
                message = sender.message("ONE-WAY", channel, bytes(size), {})
                calls.append(parley.Call(channel, message, time.monotonic() + 10))
                link.offer(calls[-1])
            self.assertTrue(sender.run_until(lambda: all(call.outcome for call in calls), 10))
            self.assertEqual([call.outcome["kind"] for call in calls], ["PONG"] * 3)
        self.assertEqual(received[1:], [("parrot/small", 20), ("parrot/large", 3_000_000), ("parrot/large", 10)])

    def test_a_large_answer_does_not_keep_small_ones_waiting(self):
        def prepare(parrot):
            parrot.on_request("parrot/bytes", lambda message: bytes(message["value"]))

        with self.running("parrot", prepare), self.open("asker") as asker:
            asker.request("parrot/bytes", 1)
            (link,) = asker.links.values()
            came, take = [], link.on_envelope

            def on_envelope(envelope):
                if envelope["kind"] == "REPLY":
                    came.append(len(envelope["payload"]))
                take(envelope)

            link.on_envelope = on_envelope
            calls = [parley.Call("parrot/bytes", asker.message("REQUEST", "parrot/bytes", size, {}), time.monotonic() + 10)
                     for size in (3_500_000, 3_000_000, 10)]
            for call in calls:
                link.offer(call)
            self.assertTrue(asker.run_until(lambda: all(call.outcome for call in calls), 10))
            self.assertEqual([len(call.outcome["payload"]) for call in calls], [3_500_000, 3_000_000, 10])
            self.assertEqual(came, [10, 3_500_000, 3_000_000])

    def test_large_messages_wait_for_credit_as_others_do(self):
        received = []

        def prepare(parrot):
            parrot.on_one_way("parrot/inbox", lambda message: received.append(message["value"][0]))

        with self.running("parrot", prepare), self.open("sender") as sender:
            calls = [parley.Call("parrot/inbox", sender.message("ONE-WAY", "parrot/inbox", bytes([n]) * 3_500_000, {}),
                                 time.monotonic() + 20) for n in range(12)]
            sender.unrouted.extend(calls)
            self.assertTrue(sender.run_until(lambda: all(call.outcome for call in calls), 20))
        self.assertEqual(received, list(range(12)))

    def test_closing_sends_the_rest_of_a_large_response(self):
        def prepare(parrot):
            def answer(message):
                parrot.stop()
                return bytes(3_500_000)

            parrot.LEAVE = 10  # and not what a slow machine allows
            parrot.respond("shop/quotes", answer)

        with self.running("parrot", prepare), self.open("shop") as shop:
            shop.offer("shop/quotes", "survey")
            self.assertTrue(shop.run_until(lambda: shop.subscribed_here, 10))
            (response,) = shop.survey("shop/quotes", 1, limit=5, count=1)
            self.assertEqual(len(response["payload"]), 3_500_000)

    def test_faults(self):
        def fail(message):
            if message["value"] == "defect":
                raise KeyError("oops")
            raise parley.Fault("out of stock", name="OUT_OF_STOCK")

        def prepare(parrot):
            parrot.on_request("parrot/fail", fail)
            parrot.on_request("parrot/odd", lambda message: object())
            parrot.on_one_way("parrot/inbox", lambda message: None)

        with self.running("parrot", prepare), self.open("asker") as asker:
            expected = [("parrot/fail", 1, 32, "OUT_OF_STOCK"), ("parrot/fail", "defect", 32, None), ("parrot/odd", 1, 33, None),
                        ("parrot/none", 1, 1, None), ("parrot/inbox", 1, 7, None)]
            for channel, payload, code, name in expected:
                with self.assertRaises(parley.Fault) as caught:
                    asker.request(channel, payload)
                self.assertEqual((caught.exception.code, caught.exception.name), (code, name))
            with self.assertRaises(parley.Fault) as caught:
                asker.request("parrot/fail", b"no JSON", content_type="application/json")
            self.assertEqual(caught.exception.code, parley.INVALID_PAYLOAD)

    def test_one_way(self):
        received = []

        def prepare(parrot):
            parrot.on_one_way("parrot/inbox", received.append)
            parrot.on_request("parrot/echo", lambda message: message["value"])

        with self.running("parrot", prepare), self.open("sender", instance="sender-1") as sender:
            sender.send("parrot/inbox", {"n": 1}, key="k", form="event", name="it.happened",
                        aggregate={"type": "thing", "id": "7"}, headers=[{"name": "h", "value": "v"}])
            for channel, code in (("parrot/none", 1), ("parrot/echo", 7)):
                with self.assertRaises(parley.Fault) as caught:
                    sender.send(channel, 1)
                self.assertEqual(caught.exception.code, code)
        (message,) = received
        self.assertEqual(message["value"], {"n": 1})
        self.assertEqual(message["from"], ("sender", "sender-1"))
        self.assertEqual((message["key"], message["name"], message["aggregate"]["id"]), ("k", "it.happened", "7"))
        self.assertEqual(message["headers"], [{"name": "h", "value": "v"}])

    def test_more_messages_than_the_window_holds(self):
        received = []

        def prepare(parrot):
            parrot.on_one_way("parrot/inbox", lambda message: received.append(message["value"]))

        with self.running("parrot", prepare, window=4), self.open("sender") as sender:
            calls = []
            for n in range(100):
                message = sender.message("ONE-WAY", "parrot/inbox", n, {})
                calls.append(parley.Call("parrot/inbox", message, time.monotonic() + 10))
            sender.unrouted.extend(calls)
            self.assertTrue(sender.run_until(lambda: all(call.outcome for call in calls), 10))
        self.assertEqual(received, list(range(100)))

    def test_publish_and_subscribe(self):
        def publish(message):
            for n in range(message["value"]):
                parrot.publish("parrot/events", n, name="odd" if n % 2 else "even")

        def prepare(parrot):
            parrot.on_one_way("parrot/publish", publish)

        heard, odd, gaps = [], [], []
        with self.running("parrot", prepare) as parrot, self.open("listener") as listener:
            every = listener.subscribe("parrot/events", lambda message: heard.append(message["value"]), on_gap=gaps.append)
            some = listener.subscribe("parrot/events", lambda message: odd.append(message["value"]), "od", gaps.append)
            self.assertTrue(listener.run_until(lambda: every.is_confirmed() and some.is_confirmed(), 10))
            listener.send("parrot/publish", 20)
            self.assertTrue(listener.run_until(lambda: len(heard) == 20 and len(odd) == 10, 10))
        self.assertEqual(heard, list(range(20)))
        self.assertEqual(odd, list(range(1, 20, 2)))
        self.assertEqual(gaps, [])

    def test_a_subscription_holds_for_publishers_to_come(self):
        heard = []
        with self.open("listener") as listener:
            listener.subscribe("parrot/events", lambda message: heard.append(message["from"]))
            for instance in ("parrot-1", "parrot-2"):
                with self.open("parrot", instance=instance) as parrot:
                    parrot.offer("parrot/events", "publish")

                    def both(done):
                        return listener.run_until(lambda: parrot.turn() or done(), 10)

                    self.assertTrue(both(lambda: parrot.subscribed_here))
                    parrot.publish("parrot/events", 1)
                    self.assertTrue(both(lambda: ("parrot", instance) in heard))

    def test_survey(self):
        def respond(text):
            def prepare(peer):
                def answer(message):
                    if text == "fault":
                        raise parley.Fault("no quote")
                    return None if text == "none" else {"quote": text, "for": message["value"]}

                peer.respond("shop/quotes", answer)

            return prepare

        with contextlib.ExitStack() as stack:
            for text in ("ten", "twelve", "none", "fault"):
                stack.enter_context(self.running(f"{text}-teller", respond(text)))
            with self.open("shop") as shop:
                shop.offer("shop/quotes", "survey")
                self.assertTrue(shop.run_until(lambda: len(shop.subscribed_here) == 4, 10))
                came = shop.survey("shop/quotes", "tea", limit=5, count=3, correlation="c-1")
                self.assertEqual({r["correlation"] for r in came}, {"c-1"})
                self.assertEqual({r["causation"] for r in came}, {r["in-reply-to"] for r in came})
                quotes = sorted(r["value"]["quote"] for r in came if r["kind"] == "RESPONSE")
                self.assertEqual(quotes, ["ten", "twelve"])
                self.assertEqual([r["fault"] for r in came if r["kind"] == "FAULT"], [32])
                self.assertEqual(len(shop.survey("shop/quotes", "tea", limit=0.5)), 3)

    def test_nobody_there(self):
        with self.open("asker", patience=0.2) as asker:
            with self.assertRaises(parley.NobodyThere):
                asker.request("parrot/echo", 1)

    def test_no_answer_in_time(self):
        def prepare(parrot):
            parrot.on_request("parrot/sleep", lambda message: time.sleep(1))

        with self.running("parrot", prepare), self.open("asker") as asker:
            with self.assertRaises(parley.TimedOut):
                asker.request("parrot/sleep", 1, timeout=0.3)

    def test_a_closed_peer_is_found_no_more_and_its_successor_is(self):
        def prepare(text):
            return lambda parrot: parrot.on_request("parrot/who", lambda message: text)

        with self.open("asker") as asker:
            for text in ("first", "second", "third"):
                with self.running("parrot", prepare(text), instance="parrot-1"):
                    self.assertEqual(asker.request("parrot/who", 1)["value"], text)

    def test_a_broken_connection_is_told_at_once(self):
        parrot = subprocess.Popen(
            [sys.executable, HERE / "peer.py", "--home", self.home, "--mesh", "test", "--service", "parrot", "serve"],
            stdout=subprocess.PIPE)
        self.addCleanup(parrot.stdout.close)
        try:
            parrot.stdout.readline()
            with self.open("asker") as asker:
                asker.request("parrot/echo", 1)
                parrot.send_signal(signal.SIGSTOP)
                killer = threading.Timer(0.5, parrot.kill)
                killer.start()
                with self.assertRaises(parley.LinkLost):
                    asker.request("parrot/echo", 1, timeout=60)
                killer.join()
        finally:
            parrot.kill()
            parrot.wait()

    def test_a_silent_peer_is_given_up(self):
        parrot = subprocess.Popen(
            [sys.executable, HERE / "peer.py", "--home", self.home, "--mesh", "test", "--service", "parrot", "serve"],
            stdout=subprocess.PIPE)
        self.addCleanup(parrot.stdout.close)
        try:
            parrot.stdout.readline()
            with self.open("asker", heartbeat=0.1) as asker:
                asker.request("parrot/echo", 1)
                parrot.send_signal(signal.SIGSTOP)
                with self.assertRaises(parley.LinkLost):
                    asker.request("parrot/echo", 1, timeout=60)
        finally:
            parrot.kill()
            parrot.wait()


class ProtocolTest(MeshTest):
    """What a peer does, seen through a raw socket."""

    HELLO = {"kind": "HELLO", "min-version": 1, "max-version": 1, "incarnation": "00000000000000aa", "target": "0" * 16,
             "service": "raw", "instance": "raw-1", "max-frame": 100_000, "messages": 10, "bytes": 100_000}

    def setUp(self):
        super().setUp()
        self.received = []
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)

    def connected(self, **more):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.peer = stack.enter_context(self.running("parrot", self.prepare, **more))
        (self.lease,) = self.peer.directory.instances("parrot")
        return self.dial()

    def prepare(self, parrot):
        parrot.on_one_way("parrot/inbox", self.received.append)
        parrot.on_request("parrot/echo", lambda message: message["value"])
        parrot.on_request("parrot/bytes", lambda message: bytes(message["value"]))
        parrot.on_one_way("parrot/publish", lambda message: parrot.publish_all("parrot/events", range(3), name="n", form="event"))

    def dial(self, kind=zmq.DEALER, address="address"):
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, 0)
        socket.connect(self.lease[address])
        return socket

    def hear(self, socket, timeout=30_000):
        self.assertTrue(socket.poll(timeout))
        return parley.decode_frame(socket.recv())

    def say(self, socket, *envelopes):
        socket.send(parley.encode_frame(*envelopes))

    def message(self, kind, sequence, **fields):
        return {"kind": kind, "id": f"00000000000000aa-{sequence}", "form": "document", "payload": b"",
                **{name.replace("_", "-"): value for name, value in fields.items()}}

    def open_link(self, **more):
        socket = self.connected(**more)
        self.say(socket, self.HELLO)
        (welcome,) = self.hear(socket)
        self.assertEqual((welcome["kind"], welcome["incarnation"]), ("WELCOME", self.lease["incarnation"]))
        return socket

    def test_hello_to_the_right_incarnation_is_welcome(self):
        socket = self.connected()
        self.say(socket, {**self.HELLO, "target": self.lease["incarnation"]})
        self.assertEqual(self.hear(socket)[0]["kind"], "WELCOME")

    def test_hello_to_another_incarnation_is_rejected(self):
        socket = self.connected()
        self.say(socket, {**self.HELLO, "target": "00000000000000bb"})
        self.assertEqual(self.hear(socket)[0]["code"], 2)

    def test_hello_of_other_versions_is_rejected(self):
        socket = self.connected()
        self.say(socket, {**self.HELLO, "min-version": 2, "max-version": 9})
        self.assertEqual(self.hear(socket)[0]["code"], 1)

    def test_a_malformed_hello_is_rejected(self):
        right = parley.encode_frame(self.HELLO)
        socket = self.connected()
        for wrong in (right[:-1], right + right[2:], right.replace(b"raw-1", b"raw/1")):
            socket.send(wrong)
            self.assertEqual(self.hear(socket)[0]["code"], 3)
            socket = self.dial()

    def test_a_stranger_is_not_answered(self):
        socket = self.connected()
        self.say(socket, {"kind": "PING", "token": "0" * 16})
        self.say(socket, self.message("REQUEST", 1, channel="parrot/echo", remaining=1000))
        socket.send(b"GET / HTTP/1.1")
        self.assertFalse(socket.poll(300))
        self.say(socket, self.HELLO)
        self.assertEqual(self.hear(socket)[0]["kind"], "WELCOME")

    def test_ping_is_answered(self):
        socket = self.open_link()
        self.say(socket, {"kind": "PING", "token": "00000000000000ff"}, {"kind": "PING", "token": "ff00000000000000"})
        self.assertEqual([e["token"] for e in self.hear(socket)], ["00000000000000ff", "ff00000000000000"])

    def test_a_quiet_link_is_asked_three_times(self):
        socket = self.open_link(heartbeat=0.1)
        self.assertEqual([self.hear(socket)[0]["kind"] for _ in range(3)], ["PING"] * 3)
        self.assertFalse(socket.poll(500))

    def test_what_stands_before_a_malformed_envelope_is_acted_upon(self):
        socket = self.open_link()
        good = self.message("ONE-WAY", 1, channel="parrot/inbox")
        socket.send(parley.encode_frame(good) + b"\0\0\0\1\x77" + parley.encode({**good, "id": "00000000000000aa-2"}))
        answers = self.hear(socket)
        self.assertEqual([(e["kind"], e["code"]) for e in answers], [("REJECT", 3)])
        self.assertEqual([message["id"] for message in self.received], [good["id"]])
        self.say(socket, {"kind": "PING", "token": "0" * 16})
        self.assertFalse(socket.poll(300))

    def test_kinds_of_an_acceptor_and_of_a_feed_end_the_link(self):
        for envelope in (self.message("REPLY", 1, in_reply_to="00000000000000aa-1"), self.HELLO,
                         self.message("EVENT", 1, channel="a/b", number=1, previous=0)):
            with self.subTest(envelope["kind"]):
                socket = self.open_link()
                self.say(socket, envelope)
                self.assertEqual(self.hear(socket)[0]["code"], 3)
                self.doCleanups()
                self.setUp()

    def test_credit_is_granted_anew_when_half_the_window_is_used(self):
        socket = self.open_link(window=4)
        one_way = [self.message("ONE-WAY", n, channel="parrot/inbox") for n in range(1, 5)]
        self.say(socket, one_way[0])
        self.assertFalse(socket.poll(200))
        self.say(socket, *one_way[1:])
        first = len(parley.encode(one_way[0]))
        second = len(parley.encode_frame(*one_way[:2])) - len(parley.encode_frame(one_way[0]))
        self.assertLess(second, first)  # as it repeats another of its frame
        octets = [first, first, second, second]
        window = 4 * parley.MAX_FRAME
        self.assertEqual(self.hear(socket), [
            {"kind": "CREDIT", "messages": 2 + 4, "bytes": window + sum(octets[:2])},
            {"kind": "CREDIT", "messages": 4 + 4, "bytes": window + sum(octets)},
        ])

    def test_a_request_whose_time_is_up_is_not_begun(self):
        socket = self.open_link()
        self.say(socket, self.message("REQUEST", 1, channel="parrot/echo", remaining=0))
        self.assertEqual(self.hear(socket)[0]["fault"], 3)

    def test_many_requests_in_a_frame_are_answered_in_order(self):
        socket = self.open_link()
        requests = [self.message("REQUEST", n, channel="parrot/echo", remaining=5000) for n in range(1, 101)]
        self.say(socket, *requests)
        answers = []
        while len(answers) < 100:
            answers += [e for e in self.hear(socket) if e["kind"] == "REPLY"]
        self.assertEqual([a["in-reply-to"] for a in answers], [r["id"] for r in requests])

    def test_requests_and_answers_of_a_frame_repeat_each_other(self):
        socket = self.open_link()
        requests = [self.message("REQUEST", n, channel="parrot/echo", remaining=5000, key=f"{n}") for n in range(1, 4)]
        frame = parley.encode_frame(*requests)
        self.assertEqual(kinds_of(frame), ["REQUEST", "REPEAT", "REPEAT"])
        socket.send(frame)
        self.assertTrue(socket.poll(5000))
        answer = socket.recv()
        self.assertEqual(kinds_of(answer), ["REPLY", "REPEAT", "REPEAT"])
        answers = parley.decode_frame(answer)
        self.assertEqual([a["in-reply-to"] for a in answers], [r["id"] for r in requests])
        self.assertFalse([a for a in answers if "correlation" in a or "causation" in a])

    def test_faults_leave_correlation_and_causation_out_too(self):
        socket = self.open_link()
        self.say(socket, self.message("REQUEST", 1, channel="parrot/none", remaining=1000, correlation="c-1"),
                 self.message("ONE-WAY", 2, channel="parrot/none", correlation="c-1"))
        faults = self.hear(socket)
        self.assertEqual([fault["kind"] for fault in faults], ["FAULT"] * 2)
        self.assertFalse([fault for fault in faults if "correlation" in fault or "causation" in fault])

    def test_a_repeat_of_nothing_ends_the_link_and_what_stands_before_it_counts(self):
        socket = self.open_link()
        good = [self.message("ONE-WAY", n, channel="parrot/inbox") for n in (1, 2)]
        repeat = parley.enclose("REPEAT", parley.write_repeat(1, self.message("ONE-WAY", 3)))
        socket.send(parley.encode_frame(*good) + repeat)
        self.assertEqual([(e["kind"], e["code"]) for e in self.hear(socket)], [("REJECT", 3)])
        self.assertEqual([message["id"] for message in self.received], [message["id"] for message in good])

    def chunks(self, envelope, size):
        octets = parley.encode(envelope)[4:]
        return [{"kind": "CHUNK", "rest": max(len(octets) - at - size, 0), "octets": octets[at : at + size]}
                for at in range(0, len(octets), size)]

    def test_a_message_in_chunks_lets_others_pass_and_is_handled_once_it_is_complete(self):
        socket = self.open_link()
        chunks = self.chunks(self.message("ONE-WAY", 1, channel="parrot/inbox", payload=bytes(1000)), 100)
        for chunk in chunks[:-1]:
            self.say(socket, chunk)
        self.say(socket, self.message("REQUEST", 2, channel="parrot/echo", remaining=5000))
        self.assertEqual([e["kind"] for e in self.hear(socket)], ["REPLY"])
        self.assertEqual(self.received, [])
        self.say(socket, chunks[-1], {"kind": "PING", "token": "0" * 16})
        self.assertEqual([e["kind"] for e in self.hear(socket)], ["PONG"])
        self.assertEqual([message["payload"] for message in self.received], [bytes(1000)])

    def test_a_message_in_chunks_uses_the_credit_of_its_envelope(self):
        socket = self.open_link(window=2)
        message = self.message("ONE-WAY", 1, channel="parrot/inbox", payload=bytes(1000))
        self.say(socket, *self.chunks(message, 100))
        self.assertEqual(self.hear(socket), [
            {"kind": "CREDIT", "messages": 3, "bytes": 4 * parley.MAX_FRAME + len(parley.encode(message))}])

    def test_chunks_that_are_wrong_end_the_link(self):
        first, second, *_ = self.chunks(self.message("ONE-WAY", 1, channel="parrot/inbox", payload=bytes(1000)), 100)
        for what, envelopes in (
            ("a chunk twice", [first, second, second]),
            ("larger than max-frame", [{**first, "rest": parley.MAX_FRAME - 2 - 4 - len(first["octets"]) + 1}]),
            ("a control envelope", [{"kind": "CHUNK", "rest": 0, "octets": b"\x05" + bytes(8)}]),
            ("an acceptor's message", self.chunks(self.message("REPLY", 1, in_reply_to="00000000000000aa-1"), 10)),
        ):
            with self.subTest(what):
                socket = self.open_link()
                self.say(socket, *envelopes)
                self.assertEqual([(e["kind"], e["code"]) for e in self.hear(socket)], [("REJECT", 3)])
                self.doCleanups()
                self.setUp()

    def test_a_large_answer_comes_in_chunks_and_a_larger_one_than_we_take_not_at_all(self):
        socket = self.connected()
        self.say(socket, {**self.HELLO, "max-frame": 1_000_000, "bytes": 1_000_000})
        self.hear(socket)

        def request(sequence, size):
            self.say(socket, self.message("REQUEST", sequence, channel="parrot/bytes", remaining=5000, payload=b"%d" % size,
                                          content_type="application/json"))

        request(1, 900_000)
        assembly, kinds, answers = parley.Assembly(1_000_000), set(), []
        while not answers:
            self.assertTrue(socket.poll(5000))
            frame = socket.recv()
            self.assertLessEqual(len(frame), 262_144)
            kinds.update(kinds_of(frame))
            answers += [e for e in parley.decode_frame(frame, assembly=assembly) if e["kind"] == "REPLY"]
        self.assertEqual((kinds - {"CREDIT"}, len(answers[0]["payload"])), ({"CHUNK"}, 900_000))
        request(2, 1_000_000)
        self.assertEqual([e["fault"] for e in self.hear(socket) if e["kind"] == "FAULT"], [parley.UNSENDABLE_REPLY])

    def test_a_frame_of_the_largest_size_passes_and_a_larger_one_breaks_the_connection(self):
        socket = self.open_link()
        monitor = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.addCleanup(monitor.close, 0)
        self.addCleanup(socket.disable_monitor)
        empty = self.message("ONE-WAY", 1, channel="parrot/inbox")
        room = 262_144 - len(parley.encode_frame(empty))
        self.say(socket, {**empty, "payload": bytes(room)})
        self.say(socket, {"kind": "PING", "token": "0" * 16})
        self.assertEqual([e["kind"] for e in self.hear(socket)], ["PONG"])
        self.assertEqual(len(self.received[0]["payload"]), room)
        self.say(socket, {**empty, "payload": bytes(room + 1)})
        self.assertTrue(monitor.poll(5000))
        self.assertEqual(len(self.received), 1)

    def test_closing_tells_that_it_is_going(self):
        socket = self.open_link()
        self.peer.stop()
        self.assertEqual(self.hear(socket), [{"kind": "GOING-AWAY", "millis": 200}])
        self.say(socket, self.message("REQUEST", 1, channel="parrot/echo", remaining=1000))
        self.assertEqual(self.hear(socket)[0]["fault"], 5)
        self.assertEqual(parley.LocalDirectory("test", self.home).instances("parrot"), [])

    def test_confirmation_heartbeat_and_event(self):
        self.connected(heartbeat=0.1)
        sub = self.dial(zmq.SUB, "publishAddress")
        nonce = "0001020050ff0200"
        for topic in ({"is": "channel", "channel": "parrot/events", "prefix": ""}, {"is": "heartbeat"},
                      {"is": "confirm", "nonce": nonce, "channel": "parrot/events"}):
            sub.setsockopt(zmq.SUBSCRIBE, parley.encode_subscription(topic))
        heard = {}
        while set(heard) != {"SUBSCRIBED", "HEARTBEAT"}:
            self.assertTrue(sub.poll(5000))
            topic, (envelope,) = parley.decode_publication(sub.recv())
            heard[envelope["kind"]] = topic, envelope
        self.assertEqual(heard["SUBSCRIBED"][0], {"is": "confirm", "nonce": nonce, "channel": "parrot/events"})
        self.assertEqual(heard["SUBSCRIBED"][1]["number"], 0)
        self.assertEqual(heard["HEARTBEAT"][1]["interval"], 100)


    def test_events_published_together_repeat_each_other_in_one_publication(self):
        socket = self.open_link()
        sub = self.dial(zmq.SUB, "publishAddress")
        for topic in ({"is": "channel", "channel": "parrot/events", "prefix": ""},
                      {"is": "confirm", "nonce": "00" * 8, "channel": "parrot/events"}):
            sub.setsockopt(zmq.SUBSCRIBE, parley.encode_subscription(topic))
        self.assertTrue(sub.poll(5000))
        sub.recv()
        self.say(socket, self.message("ONE-WAY", 1, channel="parrot/publish"))
        self.assertTrue(sub.poll(5000))
        octets = sub.recv()
        topic, frame = parley.decode_topic(octets)
        self.assertEqual(kinds_of(frame), ["EVENT", "REPEAT", "REPEAT"])
        topic, events = parley.decode_publication(octets)
        self.assertEqual(topic, {"is": "channel", "channel": "parrot/events", "subject": "n"})
        self.assertEqual([(e["number"], e["previous"], e["payload"]) for e in events], [(1, 0, b"0"), (2, 1, b"1"), (3, 2, b"2")])


class DirectoryTest(MeshTest):
    def lease(self, **more):
        return {"service": "parrot", "instance": "parrot-1", "incarnation": "00000000000000aa", "address": "tcp://127.0.0.1:1",
                "publishAddress": "tcp://127.0.0.1:2", "channels": {"parrot/echo": "request"},
                "since": "2020-01-01T00:00:00Z", "metadata": {}, **more}

    def test_announces_and_withdraws(self):
        directory = parley.LocalDirectory("test", self.home)
        directory.announce(self.lease())
        (found,) = parley.LocalDirectory("test", self.home).instances("parrot")
        self.assertEqual({**found, "parley": 0, "ttlMillis": 0}, {**self.lease(), "parley": 0, "ttlMillis": 0})
        self.assertEqual(directory.services(), ["parrot"])
        directory.withdraw()
        self.assertEqual(directory.instances("parrot"), [])
        self.assertEqual(os.listdir(directory.path), [])

    def test_passes_over_what_is_stale_or_unsound(self):
        directory = parley.LocalDirectory("test", self.home)
        directory.announce(self.lease())
        name = "parrot~parrot-1.json"
        sound = json.loads((directory.path / name).read_text())
        self.assertEqual(len(directory.instances("parrot")), 1)
        for unsound in ({**sound, "parley": 2}, {**sound, "instance": "parrot-2"}, {**sound, "incarnation": "x"},
                        {**sound, "ttlMillis": "6000"}, {**sound, "ttlMillis": 1}, [], None):
            (directory.path / name).write_text(json.dumps(unsound))
            self.assertEqual(directory.instances("parrot"), [], unsound)
        lacking = ("service", "instance", "incarnation", "address", "since", "ttlMillis", "parley")
        for unsound in [{name: value for name, value in sound.items() if name != missing} for missing in lacking] + [
                {**sound, "since": "yesterday"}, {**sound, "metadata": {"n": 1}}, {**sound, "publishAddress": 2},
                {**sound, "publishAddress": None}, {**sound, "channels": None}, {**sound, "metadata": None},
                {**sound, "since": "2026-01-02T03:04:05+00:00"}, {**sound, "since": "2026-01-02T03:04:05z"},
                {**sound, "since": "2026-01-02T03:04Z"}, {**sound, "since": "2026-01-02T24:00:00Z"},
                {**sound, "ttlMillis": 6000.5}, {**sound, "parley": True}, {**sound, "later": float("nan")}]:
            (directory.path / name).write_text(json.dumps(unsound))
            self.assertEqual(directory.instances("parrot"), [], unsound)
        for text in ("", "{", "\ufeff" + json.dumps(sound), "\ud800".encode("utf-8", "surrogatepass"), "[" * 50_000, " " * 70_000 + json.dumps(sound)):
            (directory.path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
            self.assertEqual(directory.instances("parrot"), [])
        (directory.path / name).write_text(json.dumps(sound))
        self.assertEqual(len(directory.instances("parrot")), 1)
        os.utime(directory.path / name, (time.time() - 7, time.time() - 7))
        self.assertEqual(directory.instances("parrot"), [])

    @staticmethod
    @contextlib.contextmanager
    def clock():
        """A monotonic clock that goes on when it is told to."""
        now = [time.monotonic()]
        with unittest.mock.patch("time.monotonic", lambda: now[0]):
            yield now

    def test_takes_whole_numbers_however_they_are_written(self):
        directory = parley.LocalDirectory("test", self.home)
        directory.announce(self.lease())
        file = directory.path / "parrot~parrot-1.json"
        sound = {**json.loads(file.read_text()), "ttlMillis": 0}
        for ttl in ("60000", "6e4", "60000.0", "6.0E+4"):
            file.write_text(json.dumps(sound).replace('"ttlMillis": 0', f'"ttlMillis": {ttl}').replace('"parley": 1', '"parley": 1.0'))
            self.assertEqual(len(directory.instances("parrot")), 1, ttl)

    def test_does_not_follow_a_link_that_took_the_directorys_place(self):
        complaints = []
        directory = parley.LocalDirectory("test", self.home, ttl=300, complain=complaints.append)
        directory.announce(self.lease())
        os.rename(directory.path, directory.base / "elsewhere")
        os.symlink(directory.base / "elsewhere", directory.path)
        os.unlink(directory.path / "parrot~parrot-1.json")
        with self.clock() as clock:
            for _ in range(3):
                clock[0] += 110
                directory.renew()
                directory.instances("parrot")
        directory.withdraw()
        self.assertEqual(os.listdir(directory.base / "elsewhere"), [])
        self.assertEqual(len(complaints), 1)

    def test_passes_over_pipes_and_links(self):
        directory = parley.LocalDirectory("test", self.home)
        directory.announce(self.lease())
        lease = directory.path / "parrot~parrot-1.json"
        os.rename(lease, directory.path / "elsewhere")
        os.symlink(directory.path / "elsewhere", lease)
        os.mkfifo(directory.path / "parrot~parrot-2.json")
        self.assertEqual(directory.instances("parrot"), [])

    def test_judges_by_the_wall_clock_only_once(self):
        directory = parley.LocalDirectory("test", self.home, ttl=0.2)
        directory.announce(self.lease())
        future = time.time() + 1000
        os.utime(directory.path / "parrot~parrot-1.json", (future, future))
        with self.clock() as clock:
            self.assertEqual(len(directory.instances("parrot")), 1)
            clock[0] += 0.25
            self.assertEqual(directory.instances("parrot"), [])

    def test_renews_its_lease_and_restores_one_that_is_lost_or_spoilt(self):
        directory = parley.LocalDirectory("test", self.home, ttl=300)
        lease = directory.path / "parrot~parrot-1.json"
        with self.clock() as clock:
            directory.announce(self.lease())
            for _ in range(10):
                clock[0] += 110
                directory.renew()
                self.assertEqual(len(directory.instances("parrot")), 1)
            for spoil in (lease.unlink, lambda: lease.write_text("spoilt"), lambda: shutil.rmtree(directory.path)):
                spoil()
                clock[0] += 110
                directory.renew()
                self.assertEqual(len(directory.instances("parrot")), 1)

    def test_leaves_the_place_to_a_successor_for_good(self):
        complaints = []
        first = parley.LocalDirectory("test", self.home, ttl=300, complain=complaints.append)
        second = parley.LocalDirectory("test", self.home, ttl=300)
        with self.clock() as clock:
            first.announce(self.lease())
            second.announce(self.lease(incarnation="00000000000000bb"))
            for _ in range(2):
                clock[0] += 110
                first.renew()
        self.assertEqual([lease["incarnation"] for lease in first.instances("parrot")], ["00000000000000bb"])
        self.assertEqual(len(complaints), 1)
        second.withdraw()
        first.renew()
        self.assertEqual(first.instances("parrot"), [])
        second.announce(self.lease(incarnation="00000000000000bb"))
        first.withdraw()
        self.assertEqual(len(second.instances("parrot")), 1)

    def test_knows_the_default_directories(self):
        with unittest.mock.patch.dict(os.environ, {"PARLEY_HOME": "relative"}):
            self.assertRaises(parley.DirectoryError, parley.LocalDirectory, "test")
        with unittest.mock.patch.dict(os.environ, {"PARLEY_HOME": "", "XDG_RUNTIME_DIR": self.home}):
            self.assertEqual(parley.LocalDirectory("test").path, pathlib.Path(self.home) / "parley" / "test")
        with unittest.mock.patch.dict(os.environ, {"PARLEY_HOME": "", "XDG_RUNTIME_DIR": "/nowhere", "TMPDIR": self.home}):
            self.assertRegex(str(parley.LocalDirectory.default_base()), "^/tmp/parley-.")

    def test_refuses_a_directory_that_others_may_write_to(self):
        os.mkdir(os.path.join(self.home, "test"))
        os.chmod(os.path.join(self.home, "test"), 0o777)
        with self.assertRaises(parley.DirectoryError):
            parley.LocalDirectory("test", self.home)


class CommandLineTest(MeshTest):
    def command(self, *arguments):
        return [sys.executable, str(HERE / "peer.py"), "--home", self.home, "--mesh", "test", *arguments]

    def run_command(self, *arguments):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=30)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def test_tells_in_lines_and_exit_codes_and_ends_cleanly(self):
        parrot = subprocess.Popen(self.command("--service", "parrot", "serve", "--respond", "shop/quotes"), stdout=subprocess.PIPE,
                                  text=True)
        try:
            self.assertIn("ready", json.loads(parrot.stdout.readline()))
            code, (line,), _ = self.run_command("request", "parrot/echo", '{"say":"hi"}')
            self.assertEqual((code, line["reply"]["payload"]["say"]), (0, "hi"))
            code, (line,), _ = self.run_command("request", "parrot/fail", '{"name":"X","text":"no","code":40}')
            self.assertEqual((code, line), (1, {"fault": 40, "name": "X", "text": "no"}))
            self.assertEqual(self.run_command("send", "parrot/inbox", "7")[0], 0)
            self.assertEqual(json.loads(parrot.stdout.readline())["received"]["payload"], 7)
            self.assertEqual(self.run_command("request", "nobody/there", "1")[0], 4)
            self.assertEqual(self.run_command("request", "nonsense", "1")[0], 2)
            self.assertEqual(self.run_command("subscribe", "parrot/events", "--count", "1", "--timeout", "0.5")[0], 3)
            code, lines, _ = self.run_command("--service", "shop", "survey", "shop/quotes", '"tea"', "--count", "1")
            self.assertEqual((code, lines[0]["response"]["payload"]["asked"]), (0, "tea"))
            self.assertEqual(len(self.run_command("instances", "parrot")[1]), 1)
            parrot.send_signal(signal.SIGTERM)
            self.assertEqual(parrot.wait(10), 0)
            self.assertEqual(os.listdir(os.path.join(self.home, "test")), [])
        finally:
            parrot.kill()
            parrot.wait()
            parrot.stdout.close()


if __name__ == "__main__":
    unittest.main()
