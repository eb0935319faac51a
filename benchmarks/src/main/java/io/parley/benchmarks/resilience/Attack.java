package io.parley.benchmarks.resilience;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameFormat;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Attacks by a stranger on a peer whose ports it can reach. Immutable. */
enum Attack {
    GREETINGS(4_000, "connections that send the greeting only") {
        @Override
        void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException {
            open.add(new ZmtpConnection(port));
        }
    },
    SILENCE(2_000, "connections that never send HELLO") {
        @Override
        void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException {
            open.add(new ZmtpConnection(port).shakeHands("DEALER"));
        }
    },
    LINKS(1_000, "links with HELLO") {
        @Override
        void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException {
            open.add(link(port, number));
        }
    },
    SUBSCRIPTIONS(7_200, "subscriptions of 1,000 random octets") {
        @Override
        void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException {
            if (number == 0) {
                open.add(new ZmtpConnection(publishPort).shakeHands("SUB"));
            }
            byte[] subscription = new byte[1 + TOPIC];
            new Random(number).nextBytes(subscription);
            subscription[0] = 1;
            open.get(0).send(subscription);
        }
    },
    CLAIMS(1_000, "links with a CHUNK that announces 1 MiB") {
        @Override
        void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException {
            ZmtpConnection link = link(port, number);
            open.add(link);
            link.send(chunk(number, MIB, 0));
        }
    },
    UNFINISHED(300, "links with a message of 4 MiB that never ends") {
        @Override
        void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException {
            ZmtpConnection link = link(port, number);
            open.add(link);
            int rest = MESSAGE - FrameFormat.CHUNK;
            link.send(chunk(number, rest, FrameFormat.CHUNK));
            while (rest > 1) {
                int octets = Math.min(FrameFormat.CHUNK, rest - 1);
                rest -= octets;
                link.send(continued(rest, octets));
            }
        }
    };

    private static final int MIB = 1 << 20;
    private static final long MOST_NANOS = 30_000_000_000L;
    private static final int TOPIC = 1_000;

    /** With its fields, as large as a peer takes by default. */
    private static final int MESSAGE = 4 * MIB;

    private final int times;
    private final String description;

    Attack(int times, String description) {
        this.times = times;
        this.description = description;
    }

    /** How often it is done at full size. */
    int times() {
        return times;
    }

    /** For people. */
    String description() {
        return description;
    }

    /**
     * Does it once.
     *
     * @param number counts from 0
     * @param open what is to stay open, to be closed by the caller
     * @throws IOException if the peer hung up
     */
    abstract void attack(int port, int publishPort, int number, List<ZmtpConnection> open) throws IOException;

    /**
     * Does it {@code count} times, or as often as it can in half a minute. That the peer refuses some does not end it.
     *
     * @param open what is to stay open, to be closed by the caller
     * @return how often the peer refused or hung up
     */
    int repeat(int port, int publishPort, int count, List<ZmtpConnection> open) {
        var refusals = new ArrayList<IOException>();
        long start = System.nanoTime();
        for (int i = 0; i < count && System.nanoTime() - start < MOST_NANOS; i++) {
            try {
                attack(port, publishPort, i, open);
            } catch (IOException e) {
                refusals.add(e);
            }
        }
        return refusals.size();
    }

    /** A link that is ready. */
    private static ZmtpConnection link(int port, int number) throws IOException {
        ZmtpConnection link = new ZmtpConnection(port).shakeHands("DEALER");
        try {
            var self = new Control.PeerId(number + 1L, "stranger", "stranger-" + number);
            link.send(Frames.of(new Control.Hello(
                    FrameFormat.VERSION,
                    FrameFormat.VERSION,
                    self,
                    0,
                    new Control.LinkLimits(4L * MIB, 16, 16L * MIB))));
            link.read();
            return link;
        } catch (IOException e) {
            link.close();
            throw e;
        }
    }

    /** The first chunk of a one-way message, with {@code octets} of its payload at least. */
    private static byte[] chunk(int number, long rest, int octets) {
        SharedFields head = SharedFields.of(EnvelopeKind.ONE_WAY)
                .on(Shop.TELL.name().toString())
                .as(MessageForm.COMMAND, "tell")
                .of("byte[]", "application/octet-stream");
        byte[] beginning = FrameWriter.beginningOf(new WireMessage(head, new MessageId(number + 1L, 1)));
        int length = Math.max(beginning.length, octets);
        byte[] frame = new byte[FrameFormat.CHUNK_OVERHEAD + length];
        Frames.beginChunk(frame, rest, length);
        System.arraycopy(beginning, 0, frame, FrameFormat.CHUNK_OVERHEAD, beginning.length);
        return frame;
    }

    private static byte[] continued(long rest, int octets) {
        byte[] frame = new byte[FrameFormat.CHUNK_OVERHEAD + octets];
        Frames.beginChunk(frame, rest, octets);
        return frame;
    }
}
