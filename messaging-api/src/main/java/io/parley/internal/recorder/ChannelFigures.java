package io.parley.internal.recorder;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.observe.FlowStep;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often each step was taken on one channel, and how long the steps took that take time. Where only some messages are recorded, each
 * stands for several. Thread-safe.
 */
final class ChannelFigures {

    private static final FlowStep[] STEPS = FlowStep.values();

    private final ChannelName channel;
    private final InteractionStyle style;
    private final AtomicLongArray steps = new AtomicLongArray(STEPS.length);
    private final Latencies queueing = new Latencies();
    private final Latencies handling = new Latencies();
    private final Latencies roundTrip = new Latencies();

    ChannelFigures(ChannelName channel, InteractionStyle style) {
        this.channel = channel;
        this.style = style;
    }

    ChannelName channel() {
        return channel;
    }

    void add(FlowStep step, long elapsedNanos, long weight) {
        steps.getAndAdd(step.ordinal(), weight);
        switch (step) {
            case BEGUN -> queueing.add(elapsedNanos, weight);
            case HANDLED -> handling.add(elapsedNanos, weight);
            case ANSWERED -> roundTrip.add(elapsedNanos, weight);
            default -> {
                // Of other steps it is not how long they take that matters.
            }
        }
    }

    void turn() {
        queueing.turn();
        handling.turn();
        roundTrip.turn();
    }

    void write(JsonText out, boolean isServed, int queued) {
        out.beginObject()
                .field("channel", channel.toString())
                .field("style", style.text())
                .field("isServed", isServed)
                .field("queued", queued)
                .name("steps")
                .beginObject();
        for (FlowStep step : STEPS) {
            long count = steps.get(step.ordinal());
            if (count > 0) {
                out.field(step.name(), count);
            }
        }
        out.endObject();
        write(out, "handling", FlowStep.HANDLED, handling.summary());
        write(out, "queueing", FlowStep.BEGUN, queueing.summary());
        write(out, "roundTrip", FlowStep.ANSWERED, roundTrip.summary());
        out.endObject();
    }

    /** @param step that which takes this time, each once */
    private void write(JsonText out, String name, FlowStep step, Latencies.Summary summary) {
        out.name(name)
                .beginObject()
                .field("count", steps.get(step.ordinal()))
                .field("meanNanos", summary.mean())
                .field("p50Nanos", summary.p50())
                .field("p90Nanos", summary.p90())
                .field("p99Nanos", summary.p99())
                .field("maxNanos", summary.max())
                .endObject();
    }
}
