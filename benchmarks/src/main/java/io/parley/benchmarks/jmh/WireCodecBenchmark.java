package io.parley.benchmarks.jmh;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameVisitor;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.MalformedFrameException;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.TextCache;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What it takes to write a one-way message of 64 bytes into a frame and to read it from one, alone and in company. Run with
 * {@code -prof gc} it shows what is allocated. Confined to JMH's thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WireCodecBenchmark {

    private static final int PACKED = 32;
    private static final SharedFields HEAD = SharedFields.of(EnvelopeKind.ONE_WAY)
            .on("responder/take")
            .as(MessageForm.COMMAND, "take")
            .of("byte[]", "application/octet-stream");

    private final byte[] payload = new byte[64];
    private final FrameWriter writer = new FrameWriter();
    private final TextCache texts = new TextCache();
    private final byte[] single = frame(1);
    private final byte[] packed = frame(PACKED);
    private final Last last = new Last();

    /** Keeps what it is handed, so that it is not made for nothing. */
    private static final class Last implements FrameVisitor {

        private @Nullable Blackhole sink;

        @Override
        public void onControl(Control control) {
            throw new IllegalStateException("No control envelopes were written");
        }

        @Override
        public void onMessage(WireMessage message) {
            if (sink != null) {
                sink.consume(message);
            }
        }
    }

    /** JMH makes it. */
    public WireCodecBenchmark() {}

    /** Writes one message as the only one of its frame. */
    @Benchmark
    public byte[] encode() {
        writer.append(message());
        return writer.take();
    }

    /** Writes messages into a frame of 32; the figure is for one. */
    @Benchmark
    @OperationsPerInvocation(PACKED)
    public byte[] encodePacked() {
        for (int i = 0; i < PACKED; i++) {
            writer.append(message());
        }
        return writer.take();
    }

    /** Reads a frame of one message. */
    @Benchmark
    public void decode(Blackhole sink) throws MalformedFrameException {
        last.sink = sink;
        Frames.read(single, texts, last);
    }

    /** Reads a frame of 32 messages; the figure is for one. */
    @Benchmark
    @OperationsPerInvocation(PACKED)
    public void decodePacked(Blackhole sink) throws MalformedFrameException {
        last.sink = sink;
        Frames.read(packed, texts, last);
    }

    /** As a peer sends it if nothing is said but the payload. */
    private WireMessage message() {
        return new WireMessage(HEAD, new MessageId(0x0123456789ABCDEFL, 42)).payload(payload);
    }

    private byte[] frame(int messages) {
        var out = new FrameWriter();
        for (int i = 0; i < messages; i++) {
            out.append(message());
        }
        return out.take();
    }
}
