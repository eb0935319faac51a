package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Trial;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code parley observe} uses that looks at many peers, silent or not, with its page open or not. Stateless. Thread-safe. */
final class ObserveTrials {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final double KIB = 1024;
    private static final double MIB = 1024 * KIB;

    private ObserveTrials() {}

    static List<Trial> of(Scale scale) {
        return List.of(
                trial(scale, 0, false),
                trial(scale, scale.observedRate(), false),
                trial(scale, scale.observedRate(), true));
    }

    private static Trial trial(Scale scale, int rate, boolean isOpen) {
        String of = String.format(
                Locale.ROOT,
                "observing %,d peers, %s%s",
                scale.observedPeers(),
                rate == 0 ? "quiet" : String.format(Locale.ROOT, "%,d requests/s", rate),
                isOpen ? ", page open" : "");
        return new Trial(of, lab -> measure(lab, scale, of, rate, isOpen));
    }

    private static List<Reading> measure(Lab lab, Scale scale, String of, int rate, boolean isOpen)
            throws IOException, InterruptedException {
        int size = scale.observedPeers();
        MeasuredProcess mesh = Subject.start(lab, "sockets", size);
        mesh.ask("open", PATIENCE);
        MeasuredProcess observer = Subject.start(lab, "observer", 0);
        int port = (int) observer.ask("open", PATIENCE).number("port");
        // Each is asked by the one before it, which shows as an edge; again and again, as the first may be asked before
        // anybody looks.
        mesh.ask("link 1", PATIENCE);
        mesh.ask("talk " + Math.max(rate, size), PATIENCE);
        double seenAfter = observer.ask("sees " + size, PATIENCE).number("nanos");
        mesh.ask("talk " + rate, PATIENCE);
        Closeable page = isOpen ? ObserverPart.browse(port) : () -> {};
        try (page) {
            var readings = new ArrayList<>(used(scale, of, observer));
            readings.add(new Reading(of, "until all are seen", "ms", seenAfter / 1e6));
            return readings;
        }
    }

    private static List<Reading> used(Scale scale, String of, MeasuredProcess observer) throws InterruptedException {
        Thread.sleep(scale.settling().toMillis());
        long seenBefore = observer.ask("seen", PATIENCE).number("messages");
        Answer before = observer.ask("gauge", PATIENCE);
        Thread.sleep(scale.idling().toMillis());
        Answer after = observer.ask("gauge", PATIENCE);
        long seen = observer.ask("seen", PATIENCE).number("messages") - seenBefore;
        double nanos = after.number("nanos") - before.number("nanos");
        double used = after.number("cpu") - before.number("cpu");
        double allocated = after.number("allocated") - before.number("allocated");
        return List.of(
                new Reading(of, "share of a core", "%", 100 * used / nanos),
                new Reading(of, "messages seen a second", "", seen / (nanos / 1e9)),
                new Reading(
                        of, "live heap", "MiB", observer.ask("live", PATIENCE).number("heap") / MIB),
                new Reading(of, "allocated a second", "KiB", allocated / KIB / (nanos / 1e9)),
                new Reading(of, "file descriptors", "", after.number("descriptors")));
    }
}
