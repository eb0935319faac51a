package io.parley.console.observe;

import io.parley.console.flow.Contents;
import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What peers have recorded, made up. All were asked at {@link #NOW}, and answered within 10 ms. Confined to one thread. */
final class RecordedMesh {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Instant BEGIN = NOW.minusSeconds(1);
    private static final Duration HALF = Duration.ofMillis(5);

    private final String channel;
    private final String style;
    private final List<Recorder> recorders = new ArrayList<>();

    RecordedMesh(String channel, String style) {
        this.channel = channel;
        this.style = style;
    }

    Recorder recorder(String peer) {
        var recorder = new Recorder(peer);
        recorders.add(recorder);
        return recorder;
    }

    Story tell() {
        return new Storyteller("talk", recorders.stream().map(Recorder::answer).toList()).tell(List.of());
    }

    List<String> steps() {
        return tell().steps().stream()
                .map(step -> step.flow().step() + " " + step.flow().peer())
                .toList();
    }

    /** Of one peer. */
    final class Recorder {

        private final String peer;
        private final List<Flow> flows = new ArrayList<>();
        private Duration early = Duration.ZERO;
        private Instant memory = BEGIN.minusSeconds(3600);
        private boolean isFull;

        private Recorder(String peer) {
            this.peer = peer;
        }

        /** By how much its clock seems to be ahead, without being so: it answered so much before the middle of the 10 ms. */
        Recorder early(Duration by) {
            early = by;
            return this;
        }

        /** @param micros since one second before it was asked */
        Recorder remembersSince(long micros) {
            memory = at(micros);
            return this;
        }

        Recorder remembersNothing() {
            memory = Instant.EPOCH;
            return this;
        }

        /** It has forgotten what was before that. */
        Recorder isFull() {
            isFull = true;
            return this;
        }

        /** @param micros since one second before it was asked */
        Recorder step(FlowStep step, long micros, String from, String to) {
            return step(step, micros, "1", from, to, "");
        }

        Recorder step(FlowStep step, long micros, String id, String from, String to, String detail) {
            flows.add(new Flow(
                    step,
                    at(micros),
                    micros * 1_000,
                    peer,
                    channel,
                    style,
                    "command",
                    "Made",
                    id,
                    "talk",
                    "",
                    from,
                    to,
                    1,
                    0,
                    10,
                    1,
                    detail,
                    Contents.NONE));
            return this;
        }

        private Instant at(long micros) {
            return BEGIN.plusNanos(micros * 1_000);
        }

        private Answer answer() {
            Instant at = NOW.plus(HALF).minus(early);
            return new Answer(
                    peer,
                    at.plus(early),
                    Duration.between(BEGIN, at).toNanos(),
                    NOW,
                    NOW.plus(HALF).plus(HALF),
                    false,
                    memory,
                    isFull,
                    0,
                    List.copyOf(flows));
        }
    }
}
