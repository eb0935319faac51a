package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Trial;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a peer uses that has links and nothing to say, and beside it one that has none. Stateless. Thread-safe. */
final class IdleTrials {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final double KIB = 1024;
    private static final double MIB = 1024 * KIB;
    private static final double PERCENT_BELOW = 1;
    private static final double HEAP_MIB_BELOW = 30;

    private IdleTrials() {}

    static List<Trial> of(Scale scale) {
        return List.of(
                new Trial("idle, " + scale.idleLinks() + " links", lab -> measure(lab, scale, scale.idleLinks())),
                new Trial("idle, alone", lab -> measure(lab, scale, 0)));
    }

    private static List<Reading> measure(Lab lab, Scale scale, int links) throws IOException, InterruptedException {
        MeasuredProcess peer = Subject.start(lab, "dialling", scale.buffers().get(0));
        long bare = peer.ask("live", PATIENCE).number("heap");
        peer.ask("open", PATIENCE);
        if (links > 0) {
            Subject.start(lab, "leaves", scale.buffers().get(0)).ask("add " + links, PATIENCE);
            peer.ask("links " + links, PATIENCE);
        }
        Thread.sleep(scale.settling().toMillis());
        Answer timesBefore = peer.ask("times", PATIENCE);
        Answer before = peer.ask("gauge", PATIENCE);
        Thread.sleep(scale.idling().toMillis());
        Answer after = peer.ask("gauge", PATIENCE);
        Answer times = peer.ask("times", PATIENCE);
        double nanos = after.number("nanos") - before.number("nanos");
        double used = after.number("cpu") - before.number("cpu");
        double allocated = after.number("allocated") - before.number("allocated");
        double heap = peer.ask("live", PATIENCE).number("heap");
        Answer held = peer.ask("gauge", PATIENCE);

        String of = links > 0 ? "idle, " + links + " links" : "idle, alone";
        var readings = new ArrayList<Reading>();
        readings.add(new Reading(of, "share of a core", "%", 100 * used / nanos, PERCENT_BELOW));
        double javas = 0;
        for (Map.Entry<String, Long> time : times.numbers().entrySet()) {
            double more = time.getValue() - timesBefore.numberOr(time.getKey(), 0);
            javas += more;
            // Among the others is the thread that answers us.
            if (!time.getKey().equals(ThreadKinds.OTHERS)) {
                readings.add(new Reading(of, "of it " + time.getKey(), "%", 100 * more / nanos));
            }
        }
        // The process's clock ticks more coarsely than the threads', which shows where there is little to measure.
        double jvms = Math.max(0, used - javas);
        readings.add(new Reading(of, "of it compilers, collector and the like", "%", 100 * jvms / nanos));
        readings.addAll(List.of(
                new Reading(of, "live heap", "MiB", heap / MIB, HEAP_MIB_BELOW),
                new Reading(of, "of it before the peer was opened", "MiB", bare / MIB),
                new Reading(of, "allocated a second", "KiB", allocated / KIB / (nanos / 1e9)),
                new Reading(of, "direct memory", "MiB", held.number("direct") / MIB),
                new Reading(of, "file descriptors", "", held.number("descriptors"))));
        readings.addAll(threads(of, peer.ask("kinds", PATIENCE)));
        return readings;
    }

    /** All of the process, and Parley's by what they are for. */
    static List<Reading> threads(String of, Answer kinds) {
        var readings = new ArrayList<Reading>();
        readings.add(new Reading(
                of,
                "threads",
                "",
                kinds.numbers().values().stream().mapToLong(Long::longValue).sum()));
        kinds.numbers().forEach((kind, count) -> {
            if (!kind.equals(ThreadKinds.OTHERS)) {
                readings.add(new Reading(of, "of them " + kind, "", count));
            }
        });
        return readings;
    }
}
