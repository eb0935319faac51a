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
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.Control.Ping;
import io.parley.internal.wire.Control.Pong;
import io.parley.internal.wire.Control.Reject;
import io.parley.internal.wire.Control.Subscribed;
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

    /** Writes the body, and returns {@code out}. */
    static WireWriter write(Control control, WireWriter out) {
        return switch (control.kind()) {
            case HELLO -> writeHello((Hello) control, out);
            case WELCOME -> writeWelcome((Welcome) control, out);
            case REJECT -> writeReject((Reject) control, out);
            case CREDIT -> writeCredit((Credit) control, out);
            case CREDIT_WANTED -> writeNumber(((CreditWanted) control).bytes(), out);
            case FINISHED -> writeFinished((Finished) control, out);
            case PING -> writeNumber(((Ping) control).token(), out);
            case PONG -> writeNumber(((Pong) control).token(), out);
            case GOING_AWAY -> writeMillis(((GoingAway) control).millis(), out);
            case CANCEL -> writeCancel((Cancel) control, out);
            case CHUNK -> writeChunk((Chunk) control, out);
            case BULK_AT -> writeBulkAt((BulkAt) control, out);
            case BULK_HELLO -> writeNumber(((BulkHello) control).token(), out);
            case BULK_ARRIVED -> writeNumber(((BulkArrived) control).count(), out);
            case BULK_NEXT -> writeNumber(((BulkNext) control).number(), out);
            case BULK_WANTED, BULK_OVER -> out;
            case SUBSCRIBED -> writeSubscribed((Subscribed) control, out);
            case HEARTBEAT -> writeHeartbeat((Heartbeat) control, out);
            case NUMBERS -> NumbersCodec.write((Numbers) control, out);
        };
    }

    private static WireWriter writeNumber(long number, WireWriter out) {
        out.u64(number);
        return out;
    }

    private static WireWriter writeMillis(long millis, WireWriter out) {
        out.u32((int) millis);
        return out;
    }

    private static WireWriter writeHello(Hello hello, WireWriter out) {
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
        return out;
    }

    private static WireWriter writeWelcome(Welcome welcome, WireWriter out) {
        out.u8(welcome.version());
        PeerIdCodec.write(welcome.speaker(), out);
        writeTerms(welcome.terms(), out);
        if (!welcome.publishAddress().isEmpty()) {
            out.u8(PUBLISH_ADDRESS);
            out.text8(welcome.publishAddress());
        }
        writeFlag(BULK, welcome.bulk(), out);
        writeFlag(CREDIT_WANTED, welcome.creditWanted(), out);
        writeFlag(FINISHED, welcome.finished(), out);
        return out;
    }

    private static WireWriter writeReject(Reject reject, WireWriter out) {
        out.u8(reject.code());
        int at = out.size();
        out.u16(0);
        out.putU16(at, out.text(reject.reason()));
        return out;
    }

    private static WireWriter writeCredit(Credit credit, WireWriter out) {
        out.u64(credit.messages());
        out.u64(credit.bytes());
        return out;
    }

    private static WireWriter writeCancel(Cancel cancel, WireWriter out) {
        out.u64(cancel.incarnation());
        out.u64(cancel.sequence());
        return out;
    }

    private static WireWriter writeChunk(Chunk chunk, WireWriter out) {
        out.u32((int) chunk.rest());
        out.bytes(chunk.octets(), chunk.offset(), chunk.length());
        return out;
    }

    private static WireWriter writeBulkAt(BulkAt at, WireWriter out) {
        out.u64(at.token());
        out.text8(at.address());
        return out;
    }

    private static WireWriter writeSubscribed(Subscribed subscribed, WireWriter out) {
        PeerIdCodec.write(subscribed.speaker(), out);
        out.text8(subscribed.channel());
        out.u64(subscribed.number());
        return out;
    }

    private static WireWriter writeHeartbeat(Heartbeat heartbeat, WireWriter out) {
        out.u64(heartbeat.incarnation());
        return writeMillis(heartbeat.millis(), out);
    }

    private static void writeFlag(int extension, boolean isSaid, WireWriter out) {
        if (isSaid) {
            out.u8(extension);
            out.text8("");
        }
    }

    private static WireWriter writeFinished(Finished finished, WireWriter out) {
        for (int i = 0; i < finished.firsts().size(); i++) {
            out.u64(finished.firsts().get(i));
            out.u32(finished.counts().get(i));
        }
        return out;
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
                    case SUBSCRIBED ->
                        new Subscribed(PeerIdCodec.read(in), in.text8("channel-name"), in.count("number"));
                    case HEARTBEAT -> new Heartbeat(PeerIdCodec.readIncarnation(in), in.u32("interval"));
                    case NUMBERS -> NumbersCodec.read(in);
                    case REQUEST, REPLY, FAULT, ONE_WAY, EVENT, SURVEY, RESPONSE, REPEAT ->
                        throw new IllegalArgumentException(kind + " is no control envelope");
                };
        in.requireEnd(kind.name());
        return control;
    }

    private static Hello hello(WireReader in) throws MalformedFrameException {
        int min = in.u8("min-version");
        int max = in.u8("max-version");
        long incarnation = PeerIdCodec.readIncarnation(in);
        long target = in.u64("target");
        var speaker = new PeerId(incarnation, Names.service(in), Names.instance(in));
        LinkLimits terms = terms(in);
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
        PeerId speaker = PeerIdCodec.read(in);
        LinkLimits terms = terms(in);
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
        var cancel = new Cancel(PeerIdCodec.readIncarnation(in), in.u64("id"));
        if (cancel.sequence() == 0) {
            throw new MalformedFrameException("sequence is 0");
        }
        return cancel;
    }

    private static LinkLimits terms(WireReader in) throws MalformedFrameException {
        var terms = new LinkLimits(in.u32("max-frame"), in.count("messages"), in.count("bytes"));
        if (terms.maxFrame() < 1024) {
            throw new MalformedFrameException("max-frame is below 1024");
        }
        return terms;
    }

    /** Who cannot be asked for more must grant enough for the largest message at first. */
    private static void requireEnough(LinkLimits terms, boolean creditWanted) throws MalformedFrameException {
        if (!creditWanted && terms.bytes() < terms.maxFrame()) {
            throw new MalformedFrameException("the first grant is below max-frame");
        }
    }

    private static void writeTerms(LinkLimits terms, WireWriter out) {
        out.u32((int) terms.maxFrame());
        out.u64(terms.messages());
        out.u64(terms.bytes());
    }
}
