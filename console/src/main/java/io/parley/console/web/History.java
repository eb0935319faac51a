package io.parley.console.web;

import io.parley.console.web.MeshModel.SeenEdge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Rates and latencies of the last minutes, a point a second for each edge; of so many edges and no more. Thread-safe. */
final class History {

    static final int SECONDS = 300;
    private static final int MOST_EDGES = 4_000;

    /** What one edge did: points in rings, at the place of their second. */
    private static final class Track {

        private final SeenEdge edge;
        private final float[] rates = new float[SECONDS];
        private final float[] errors = new float[SECONDS];
        private final float[] medians = new float[SECONDS];
        private final float[] worst = new float[SECONDS];
        private long last;

        Track(SeenEdge edge) {
            this.edge = edge;
        }
    }

    private final Map<String, Track> tracks = new HashMap<>();
    private long second;

    /** Notes what the edges do in this second. */
    synchronized void note(List<SeenEdge> edges) {
        second++;
        int place = (int) (second % SECONDS);
        for (SeenEdge edge : edges) {
            String key = MeshPicture.key(edge);
            Track track = tracks.get(key);
            if (track == null) {
                if (tracks.size() >= MOST_EDGES) {
                    continue;
                }
                track = new Track(edge);
                tracks.put(key, track);
            }
            track.last = second;
            track.rates[place] = (float) edge.rate();
            track.errors[place] = (float) edge.errorRate();
            track.medians[place] = edge.p50Nanos() / 1e6f;
            track.worst[place] = edge.p99Nanos() / 1e6f;
        }
        for (Track track : tracks.values()) {
            if (track.last != second) {
                track.rates[place] = track.errors[place] = track.medians[place] = track.worst[place] = 0;
            }
        }
        tracks.values().removeIf(track -> second - track.last >= SECONDS);
    }

    /**
     * What the edges that are {@code wanted} did together, oldest first: rates add up; of medians the mean, by rate; of the 99th
     * percentiles the highest. A time of 0 is none.
     */
    synchronized Map<String, List<Double>> of(Predicate<SeenEdge> wanted) {
        List<Track> chosen = tracks.values().stream()
                .filter(track -> wanted.test(track.edge))
                .toList();
        int length = (int) Math.min(second, SECONDS);
        var rates = new ArrayList<Double>(length);
        var errors = new ArrayList<Double>(length);
        var medians = new ArrayList<Double>(length);
        var worst = new ArrayList<Double>(length);
        for (long moment = second - length + 1; moment <= second; moment++) {
            int place = (int) (moment % SECONDS);
            double rate = 0;
            double error = 0;
            double median = 0;
            double weight = 0;
            double most = 0;
            for (Track track : chosen) {
                rate += track.rates[place];
                error += track.errors[place];
                most = Math.max(most, track.worst[place]);
                if (track.medians[place] > 0) {
                    double share = Math.max(track.rates[place], 1e-3);
                    median += share * track.medians[place];
                    weight += share;
                }
            }
            rates.add(rounded(rate));
            errors.add(rounded(error));
            medians.add(weight == 0 ? 0 : rounded(median / weight));
            worst.add(rounded(most));
        }
        return Map.of("rate", rates, "errors", errors, "p50Millis", medians, "p99Millis", worst);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
