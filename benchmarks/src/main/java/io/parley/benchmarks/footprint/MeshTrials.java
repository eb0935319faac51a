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
import java.util.Locale;

/** Many peers in one process, and what each and one message costs as they become more. Stateless. Thread-safe. */
final class MeshTrials {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final double KIB = 1024;
    private static final double MIB = 1024 * KIB;

    private MeshTrials() {}

    static List<Trial> overMemory(Scale scale) {
        return scale.memoryPeers().stream()
                .map(size -> trial(scale, "memory", size))
                .toList();
    }

    static List<Trial> overSockets(Scale scale) {
        var trials = new ArrayList<Trial>();
        scale.socketPeers().forEach(size -> trials.add(trial(scale, "sockets", size)));
        int last = scale.socketPeers().get(scale.socketPeers().size() - 1);
        String of = String.format(Locale.ROOT, "mesh over sockets, %,d peers, as full as it goes", last);
        trials.add(new Trial(of, lab -> fill(lab, scale, of, last)));
        return trials;
    }

    private static Trial trial(Scale scale, String over, int size) {
        int neighbours = Math.min(scale.neighbours(), size - 1);
        String of = String.format(Locale.ROOT, "mesh over %s, %,d peers, each to %d", over, size, neighbours);
        return new Trial(of, lab -> measure(lab, scale, of, over, size, neighbours));
    }

    private static List<Reading> measure(Lab lab, Scale scale, String of, String over, int size, int neighbours)
            throws IOException, InterruptedException {
        MeasuredProcess mesh = Subject.start(lab, over, size);
        long bare = mesh.ask("live", PATIENCE).number("heap");
        Answer before = mesh.ask("gauge", PATIENCE);
        double opened = mesh.ask("open", PATIENCE).number("nanos");
        double linked = mesh.ask("link " + neighbours, PATIENCE).number("nanos");
        var readings = new ArrayList<Reading>();
        List<Reading> held = held(mesh, of, before, bare, size, (long) size * neighbours);
        readings.addAll(requests(mesh, scale, of));
        readings.add(new Reading(of, "until all are open", "ms", opened / 1e6));
        readings.add(new Reading(of, "until all links are answered on", "ms", (opened + linked) / 1e6));
        readings.addAll(held);
        return readings;
    }

    private static List<Reading> fill(Lab lab, Scale scale, String of, int size)
            throws IOException, InterruptedException {
        MeasuredProcess mesh = Subject.start(lab, "sockets", size);
        long bare = mesh.ask("live", PATIENCE).number("heap");
        Answer before = mesh.ask("gauge", PATIENCE);
        mesh.ask("open", PATIENCE);
        Answer filled = mesh.ask("fill " + scale.filling().toMillis(), PATIENCE.plus(scale.filling()));
        long degree = filled.number("degree");
        var readings = new ArrayList<Reading>();
        readings.add(new Reading(of, "others that each is linked to", "", degree));
        for (MeshPart.Stop stop : MeshPart.Stop.values()) {
            if (stop.ordinal() == filled.number("stopped")) {
                String why = stop.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                readings.add(new Reading(of, "ended by: " + why, "times", 1));
            }
        }
        List<Reading> held = held(mesh, of, before, bare, size, size * degree);
        readings.addAll(requests(mesh, scale, of));
        readings.addAll(held);
        return readings;
    }

    private static List<Reading> requests(MeasuredProcess mesh, Scale scale, String of) throws InterruptedException {
        Answer requests = mesh.ask(
                "requests " + scale.warmUp().toMillis() + " " + scale.counting().toMillis(), PATIENCE);
        return List.of(
                new Reading(of, "a request of one pair, p50", "µs", requests.number("one") / 1e3),
                new Reading(of, "a request of many pairs in turns, p50", "µs", requests.number("all") / 1e3));
    }

    private static List<Reading> held(MeasuredProcess mesh, String of, Answer before, long bare, int size, long links)
            throws InterruptedException {
        Answer after = mesh.ask("gauge", PATIENCE);
        double heap = mesh.ask("live", PATIENCE).number("heap") - bare;
        double direct = mesh.ask("gauge", PATIENCE).number("direct") - before.number("direct");
        double descriptors = after.number("descriptors") - before.number("descriptors");
        var readings = new ArrayList<Reading>();
        readings.add(new Reading(of, "links", "", links));
        readings.addAll(IdleTrials.threads(of, mesh.ask("kinds", PATIENCE)));
        readings.addAll(List.of(
                new Reading(of, "live heap", "MiB", heap / MIB),
                new Reading(of, "live heap a peer", "KiB", heap / size / KIB),
                new Reading(of, "direct memory", "MiB", direct / MIB),
                new Reading(of, "file descriptors", "", descriptors)));
        return readings;
    }
}
