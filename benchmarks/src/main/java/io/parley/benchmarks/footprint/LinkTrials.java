package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Statistics;
import io.parley.benchmarks.lab.Trial;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one more link costs at the end that asked for it and at the end that was asked. Stateless. Thread-safe. */
final class LinkTrials {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final double KIB = 1024;
    private static final double KIB_BELOW = 400;

    private LinkTrials() {}

    static List<Trial> of(Scale scale) {
        var trials = new ArrayList<Trial>();
        for (int buffer : scale.buffers()) {
            for (String end : List.of("dialling", "accepting")) {
                String of = "link, " + buffer / 1024 + " KiB buffers, " + end;
                trials.add(new Trial(of, lab -> measure(lab, of, scale, buffer, end)));
            }
        }
        return trials;
    }

    private static List<Reading> measure(Lab lab, String of, Scale scale, int buffer, String end)
            throws IOException, InterruptedException {
        boolean dials = end.equals("dialling");
        MeasuredProcess peer = Subject.start(lab, end, buffer);
        peer.ask("open", PATIENCE);
        MeasuredProcess crowd = Subject.start(lab, dials ? "leaves" : "askers", buffer);
        Held few = held(peer, crowd, dials, scale.fewLinks(), scale.fewLinks());
        Held many = held(peer, crowd, dials, scale.manyLinks() - scale.fewLinks(), scale.manyLinks());
        double heap = Statistics.slope(scale.fewLinks(), few.heap, scale.manyLinks(), many.heap);
        double direct = Statistics.slope(scale.fewLinks(), few.direct, scale.manyLinks(), many.direct);
        double descriptors = Statistics.slope(scale.fewLinks(), few.descriptors, scale.manyLinks(), many.descriptors);
        return List.of(
                new Reading(of, "heap and direct memory", "KiB", (heap + direct) / KIB, KIB_BELOW),
                new Reading(of, "heap", "KiB", heap / KIB),
                new Reading(of, "direct memory", "KiB", direct / KIB),
                new Reading(of, "file descriptors", "", descriptors));
    }

    private static Held held(MeasuredProcess peer, MeasuredProcess crowd, boolean dials, int more, int links)
            throws InterruptedException {
        crowd.ask("add " + more, PATIENCE);
        if (dials) {
            peer.ask("links " + links, PATIENCE);
        }
        // After the collection, so that buffers are gone that nobody holds any more.
        long heap = peer.ask("live", PATIENCE).number("heap");
        Answer gauge = peer.ask("gauge", PATIENCE);
        return new Held(heap, gauge.number("direct"), gauge.number("descriptors"));
    }

    private record Held(long heap, long direct, long descriptors) {}
}
