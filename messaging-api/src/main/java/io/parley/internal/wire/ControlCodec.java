package io.parley.internal.wire;

import io.parley.internal.wire.Control.BulkArrived;
import io.parley.internal.wire.Control.BulkAt;
import io.parley.internal.wire.Control.BulkHello;
import io.parley.internal.wire.Control.BulkNext;
import io.parley.internal.wire.Control.BulkOver;
import io.parley.internal.wire.Control.BulkWanted;
import io.parley.internal.wire.Control.Cancel;
import io.parley.internal.wire.Control.Chunk;
import io.parley.internal.wire.Control.Credit;
import io.parley.internal.wire.Control.CreditWanted;
import io.parley.internal.wire.Control.Finished;
import io.parley.internal.wire.Control.GoingAway;
import io.parley.internal.wire.Control.Heartbeat;
import io.parley.internal.wire.Control.Hello;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.Ping;
import io.parley.internal.wire.Control.Pong;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.Control.Speaker;
import io.parley.internal.wire.Control.Subscribed;
import io.parley.internal.wire.Control.Terms;
import io.parley.internal.wire.Control.Welcome;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Bodies of control envelopes. Stateless. */
final class ControlCodec {

    /** The extension of WELCOME that says where the acceptor may be subscribed to. */
    private static final int PUBLISH_ADDRESS = 1;

    /** The extension of HELLO and WELCOME that says that bulk links are known; its value is empty. */
    private static final int BULK = 2;

    /** The extension of HELLO and WELCOME that says that credit may be asked for; its value is empty. */
    private static final int CREDIT_WANTED = 3;

    /** The extension of HELLO and WELCOME that says that FINISHED is known; its value is empty. */
    private static final int FINISHED = 4;

    /** The extension of HELLO that says what the dialler's clock shows. */
    private static final int CLOCK = 5;

    private static final Pattern MICROS = Pattern.compile("[1-9][0-9]{0,17}");

    private ControlCodec() {}

    static EnvelopeKind write(Control control, WireWriter out) {
        if (control instanceof Hello hello) {
            out.u8(hello.minVersion());
            out.u8(hello.maxVersion());
            out.u64(hello.speaker().incarnation());
            out.u64(hello.target());
            out.text8(hello.speaker().service());
            out.text8(hello.speaker().instance());
            writeTerms(hello.terms(), out);
            writeFlag(BULK, hello.bulk(), out);
            writeFlag(CREDIT_WANTED, hello.creditWanted(), out);
            writeFlag(FINISHED, hello.finished(), out);
            if (hello.clock() > 0) {
                out.u8(CLOCK);
                out.text8(Long.toString(hello.clock()));
            }
            return EnvelopeKind.HELLO;
        } else if (control instanceof Welcome welcome) {
            out.u8(welcome.version());
            writeSpeaker(welcome.speaker(), out);
            writeTerms(welcome.terms(), out);
            if (!welcome.publishAddress().isEmpty()) {
                out.u8(PUBLISH_ADDRESS);
                out.text8(welcome.publishAddress());
            }
            writeFlag(BULK, welcome.bulk(), out);
            writeFlag(CREDIT_WANTED, welcome.creditWanted(), out);
            writeFlag(FINISHED, welcome.finished(), out);
            return EnvelopeKind.WELCOME;
        } else if (control instanceof Reject reject) {
            out.u8(reject.code());
            int at = out.size();
            out.u16(0);
            out.putU16(at, out.text(reject.reason()));
            return EnvelopeKind.REJECT;
        } else if (control instanceof Credit credit) {
            out.u64(credit.messages());
            out.u64(credit.bytes());
            return EnvelopeKind.CREDIT;
        } else if (control instanceof CreditWanted wanted) {
            out.u64(wanted.bytes());
            return EnvelopeKind.CREDIT_WANTED;
        } else if (control instanceof Finished finished) {
            return writeFinished(finished, out);
        } else if (control instanceof Ping ping) {
            out.u64(ping.token());
            return EnvelopeKind.PING;
        } else if (control instanceof Pong pong) {
            out.u64(pong.token());
            return EnvelopeKind.PONG;
        } else if (control instanceof GoingAway goingAway) {
            out.u32((int) goingAway.millis());
            return EnvelopeKind.GOING_AWAY;
        } else if (control instanceof Cancel cancel) {
            out.u64(cancel.incarnation());
            out.u64(cancel.sequence());
            return EnvelopeKind.CANCEL;
        } else if (control instanceof Chunk chunk) {
            out.u32((int) chunk.rest());
            out.bytes(chunk.octets(), chunk.offset(), chunk.length());
            return EnvelopeKind.CHUNK;
        } else if (control instanceof Subscribed || control instanceof Heartbeat || control instanceof Numbers) {
            return writeOfFeed(control, out);
        } else {
            return writeOfBulk(control, out);
        }
    }

    private static EnvelopeKind writeOfFeed(Control control, WireWriter out) {
        if (control instanceof Subscribed subscribed) {
            writeSpeaker(subscribed.speaker(), out);
            out.text8(subscribed.channel());
            out.u64(subscribed.number());
            return EnvelopeKind.SUBSCRIBED;
        } else if (control instanceof Numbers numbers) {
            NumbersCodec.write(numbers, out);
            return EnvelopeKind.NUMBERS;
        } else {
            var heartbeat = (Heartbeat) control;
            out.u64(heartbeat.incarnation());
            out.u32((int) heartbeat.millis());
            return EnvelopeKind.HEARTBEAT;
        }
    }

    private static EnvelopeKind writeOfBulk(Control control, WireWriter out) {
        if (control instanceof BulkWanted) {
            return EnvelopeKind.BULK_WANTED;
        } else if (control instanceof BulkAt at) {
            out.u64(at.token());
            out.text8(at.address());
            return EnvelopeKind.BULK_AT;
        } else if (control instanceof BulkHello hello) {
            out.u64(hello.token());
            return EnvelopeKind.BULK_HELLO;
        } else if (control instanceof BulkArrived arrived) {
            out.u64(arrived.count());
            return EnvelopeKind.BULK_ARRIVED;
        } else if (control instanceof BulkNext next) {
            out.u64(next.number());
            return EnvelopeKind.BULK_NEXT;
        } else if (control instanceof BulkOver) {
            return EnvelopeKind.BULK_OVER;
        }
        throw new IllegalArgumentException("No way to write " + control);
    }

    private static void writeFlag(int extension, boolean isSaid, WireWriter out) {
        if (isSaid) {
            out.u8(extension);
            out.text8("");
        }
    }

    private static EnvelopeKind writeFinished(Finished finished, WireWriter out) {
        for (int i = 0; i < finished.firsts().size(); i++) {
            out.u64(finished.firsts().get(i));
            out.u32(finished.counts().get(i));
        }
        return EnvelopeKind.FINISHED;
    }

    private static Finished finished(WireReader in) throws MalformedFrameException {
        var firsts = new ArrayList<Long>();
        var counts = new ArrayList<Integer>();
        do {
            long first = in.u64("first");
            long count = in.u32("count");
            if (first <= 0 || count == 0 || count > Integer.MAX_VALUE || first + count - 1 < 0) {
                throw new MalformedFrameException("a range of " + count + " from " + Long.toUnsignedString(first));
            }
            firsts.add(first);
            counts.add((int) count);
        } while (in.remaining() > 0);
        return new Finished(firsts, counts);
    }

    static Control read(EnvelopeKind kind, WireReader in) throws MalformedFrameException {
        Control control =
                switch (kind) {
                    case HELLO -> hello(in);
                    case WELCOME -> welcome(in);
                    case REJECT -> reject(in);
                    case CREDIT -> new Credit(in.count("messages"), in.count("bytes"));
                    case CREDIT_WANTED -> new CreditWanted(in.count("bytes"));
                    case FINISHED -> finished(in);
                    case PING -> new Ping(in.u64("token"));
                    case PONG -> new Pong(in.u64("token"));
                    case GOING_AWAY -> new GoingAway(in.u32("GOING-AWAY"));
                    case CANCEL -> cancel(in);
                    case CHUNK -> chunk(in);
                    case BULK_WANTED -> new BulkWanted();
                    case BULK_AT -> new BulkAt(in.u64("token"), in.text8("address"));
                    case BULK_HELLO -> new BulkHello(in.u64("token"));
                    case BULK_ARRIVED -> new BulkArrived(in.count("count"));
                    case BULK_NEXT -> new BulkNext(in.count("place"));
                    case BULK_OVER -> new BulkOver();
                    case SUBSCRIBED -> new Subscribed(speaker(in), in.text8("channel-name"), in.count("number"));
                    case HEARTBEAT -> new Heartbeat(incarnation(in), in.u32("interval"));
                    case NUMBERS -> NumbersCodec.read(in);
                    default -> throw new IllegalArgumentException(kind + " is no control envelope");
                };
        in.requireEnd(kind.name());
        return control;
    }

    private static Hello hello(WireReader in) throws MalformedFrameException {
        int min = in.u8("min-version");
        int max = in.u8("max-version");
        long incarnation = incarnation(in);
        long target = in.u64("target");
        var speaker = new Speaker(incarnation, Names.service(in), Names.instance(in));
        Terms terms = terms(in);
        boolean bulk = false;
        boolean creditWanted = false;
        boolean finished = false;
        long clock = 0;
        while (in.remaining() > 0) {
            int extension = in.u8("extension");
            String value = in.text8("extension");
            bulk |= extension == BULK;
            creditWanted |= extension == CREDIT_WANTED;
            finished |= extension == FINISHED;
            if (extension == CLOCK && MICROS.matcher(value).matches()) {
                clock = Long.parseLong(value);
            }
        }
        requireEnough(terms, creditWanted);
        return new Hello(min, max, speaker, target, terms, bulk, finished, creditWanted, clock);
    }

    private static Welcome welcome(WireReader in) throws MalformedFrameException {
        int version = in.u8("chosen-version");
        Speaker speaker = speaker(in);
        Terms terms = terms(in);
        String publishAddress = "";
        boolean bulk = false;
        boolean creditWanted = false;
        boolean finished = false;
        while (in.remaining() > 0) {
            int extension = in.u8("extension");
            String value = in.text8("extension");
            bulk |= extension == BULK;
            creditWanted |= extension == CREDIT_WANTED;
            finished |= extension == FINISHED;
            if (extension == PUBLISH_ADDRESS) {
                if (!publishAddress.isEmpty() || value.isEmpty()) {
                    throw new MalformedFrameException("publish-address is empty or said twice");
                }
                publishAddress = value;
            }
        }
        requireEnough(terms, creditWanted);
        return new Welcome(version, speaker, terms, publishAddress, bulk, finished, creditWanted);
    }

    private static Reject reject(WireReader in) throws MalformedFrameException {
        int code = in.u8("code");
        int before = in.narrow(in.u16("reason"), "reason");
        String reason = in.restAsText("reason");
        in.widen(before);
        return new Reject(code, reason);
    }

    private static Chunk chunk(WireReader in) throws MalformedFrameException {
        long rest = in.u32("rest");
        if (in.remaining() == 0) {
            throw new MalformedFrameException("a chunk of nothing");
        }
        var chunk = new Chunk(rest, in.octets(), in.position(), in.remaining());
        in.skipRest();
        return chunk;
    }

    private static Cancel cancel(WireReader in) throws MalformedFrameException {
        var cancel = new Cancel(incarnation(in), in.u64("id"));
        if (cancel.sequence() == 0) {
            throw new MalformedFrameException("sequence is 0");
        }
        return cancel;
    }

    static Speaker speaker(WireReader in) throws MalformedFrameException {
        return new Speaker(incarnation(in), Names.service(in), Names.instance(in));
    }

    private static long incarnation(WireReader in) throws MalformedFrameException {
        long incarnation = in.u64("incarnation");
        if (incarnation == 0) {
            throw new MalformedFrameException("incarnation is 0");
        }
        return incarnation;
    }

    private static Terms terms(WireReader in) throws MalformedFrameException {
        var terms = new Terms(in.u32("max-frame"), in.count("messages"), in.count("bytes"));
        if (terms.maxFrame() < 1024) {
            throw new MalformedFrameException("max-frame is below 1024");
        }
        return terms;
    }

    /** Who cannot be asked for more must grant enough for the largest message at first. */
    private static void requireEnough(Terms terms, boolean creditWanted) throws MalformedFrameException {
        if (!creditWanted && terms.bytes() < terms.maxFrame()) {
            throw new MalformedFrameException("the first grant is below max-frame");
        }
    }

    static void writeSpeaker(Speaker speaker, WireWriter out) {
        out.u64(speaker.incarnation());
        out.text8(speaker.service());
        out.text8(speaker.instance());
    }

    private static void writeTerms(Terms terms, WireWriter out) {
        out.u32((int) terms.maxFrame());
        out.u64(terms.messages());
        out.u64(terms.bytes());
    }
}
