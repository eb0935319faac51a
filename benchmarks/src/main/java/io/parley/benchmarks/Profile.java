package io.parley.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** Where Java code was when flight recordings looked: counted by thread and by method. Not thread-safe. */
final class Profile {

    private static final int MOST_METHODS = 6;
    /** Threads and methods with less than this are left out. */
    private static final double LEAST = 0.01;

    private final Map<String, Map<String, Integer>> byThread = new TreeMap<>();
    private int samples;

    /** Adds what a recording holds. */
    void add(Path recording) throws IOException {
        try (var file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample")) {
                    add(event);
                }
            }
        }
    }

    private void add(RecordedEvent sample) {
        RecordedThread thread = sample.getThread("sampledThread");
        RecordedStackTrace stack = sample.getStackTrace();
        if (thread == null || stack == null || stack.getFrames().isEmpty()) {
            return;
        }
        samples++;
        byThread.computeIfAbsent(kind(String.valueOf(thread.getJavaName())), unseen -> new TreeMap<>())
                .merge(name(stack.getFrames().get(0)), 1, Integer::sum);
    }

    /** A thread's name without what tells it from its siblings. */
    static String kind(String thread) {
        return thread.replaceFirst("(-[0-9a-f]{4})?(-?[0-9]+)?$", "");
    }

    private static String name(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        String type = method.getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + '.' + method.getName();
    }

    /** The busiest threads and their busiest methods, each with its share of all samples. */
    String toText() {
        var out = new StringBuilder();
        sorted(byThread, Profile::sum).forEach(thread -> {
            out.append(line(sum(thread.getValue()), thread.getKey(), "")).append('\n');
            sorted(thread.getValue(), count -> count).limit(MOST_METHODS).forEach(method -> out.append(
                            line(method.getValue(), "", method.getKey()))
                    .append('\n'));
        });
        return out.toString();
    }

    int samples() {
        return samples;
    }

    private <V> Stream<Map.Entry<String, V>> sorted(Map<String, V> counted, ToIntFunction<V> count) {
        return List.copyOf(counted.entrySet()).stream()
                .filter(each -> count.applyAsInt(each.getValue()) >= LEAST * samples)
                .sorted(Comparator.comparingInt((Map.Entry<String, V> each) -> -count.applyAsInt(each.getValue())));
    }

    private static int sum(Map<String, Integer> methods) {
        return methods.values().stream().mapToInt(Integer::intValue).sum();
    }

    private String line(int count, String thread, String method) {
        double percent = 100.0 * count / samples;
        return String.format(
                Locale.ROOT, thread.isEmpty() ? "  %12.1f %%  %s" : "  %6.1f %%  %s", percent, thread + method);
    }
}
