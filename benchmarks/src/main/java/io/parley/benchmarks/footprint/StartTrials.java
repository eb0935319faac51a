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

/** How long a fresh JVM takes to its first answered request, the one that answers being there already. Stateless. Thread-safe. */
final class StartTrials {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double ALL_MILLIS_BELOW = 600;
    private static final String OF = "start of a fresh JVM";

    private StartTrials() {}

    static List<Trial> of(Scale scale) {
        return List.of(new Trial("start, " + scale.starts() + " JVMs", lab -> measure(lab, scale)));
    }

    private static List<Reading> measure(Lab lab, Scale scale) throws IOException, InterruptedException {
        MeasuredProcess responder =
                Subject.start(lab, "accepting", scale.buffers().get(0));
        responder.ask("open", PATIENCE);
        // The first of all finds the responder not yet announced, and its code not yet warm.
        start(lab);
        var readings = new ArrayList<Reading>();
        for (int i = 0; i < scale.starts(); i++) {
            Answer started = start(lab);
            readings.add(new Reading(OF, "to the first answer", "ms", millis(started, "all"), ALL_MILLIS_BELOW));
            readings.add(new Reading(OF, "of it until main", "ms", millis(started, "main")));
            readings.add(new Reading(OF, "until the peer is open", "ms", millis(started, "open")));
            readings.add(new Reading(OF, "until the responder is reachable", "ms", millis(started, "reachable")));
            readings.add(new Reading(OF, "until it has answered", "ms", millis(started, "answered")));
        }
        return readings;
    }

    private static Answer start(Lab lab) throws IOException, InterruptedException {
        try (MeasuredProcess first = FirstRequest.start(lab)) {
            return first.hear("started", PATIENCE);
        }
    }

    private static double millis(Answer started, String figure) {
        return started.number(figure) / 1e3;
    }
}
