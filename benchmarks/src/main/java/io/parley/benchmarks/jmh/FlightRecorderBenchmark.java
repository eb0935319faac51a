package io.parley.benchmarks.jmh;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.internal.recorder.FlightRecorder;
import io.parley.internal.recorder.StepDraft;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageKind;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the flight recorder takes: a step that is recorded, with the look at the clock; and one that is not, as there are too many. For all
 * that a message takes, see {@code SendPathBenchmark}. Confined to JMH's threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FlightRecorderBenchmark {

    private static final ChannelName CHANNEL = new ChannelName("responder", "take");
    private static final PeerName FROM = new PeerName("initiator", "initiator-1");
    private static final PeerName TO = new PeerName("responder", "responder-1");
    private static final int STEPS = 65_536;

    private final FlightRecorder recorder = new FlightRecorder(STEPS);
    private final FlightRecorder busy = new FlightRecorder(STEPS);

    /** JMH makes it. */
    public FlightRecorderBenchmark() {}

    /** The message of which a step is taken. */
    @State(Scope.Thread)
    public static class Next {

        private long number;

        /** JMH makes it. */
        public Next() {}

        private MessageId id() {
            return new MessageId(1, ++number);
        }
    }

    /** A step that is recorded, whatever the rate. */
    @Benchmark
    public void record(Next next) {
        record(recorder, next.id());
    }

    /** The same by two threads at once. */
    @Benchmark
    @Threads(2)
    public void recordByTwo(Next next) {
        record(recorder, next.id());
    }

    /** A step that is recorded only if there are not too many, as there are here. */
    @Benchmark
    public boolean recordSampled(Next next) {
        MessageId id = next.id();
        boolean isKept = busy.keeps(id);
        if (isKept) {
            record(busy, id);
        }
        return isKept;
    }

    private static void record(FlightRecorder recorder, MessageId id) {
        recorder.record(new StepDraft(FlowStep.HANDLED, System.nanoTime(), CHANNEL, InteractionStyle.ONE_WAY, id)
                .payload(MessageKind.COMMAND, "byte[]", 64)
                .between(FROM, TO)
                .outcome(1_000, null));
    }
}
