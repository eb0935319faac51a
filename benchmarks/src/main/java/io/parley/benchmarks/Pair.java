package io.parley.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Runs one case once, in two processes of its own. Not thread-safe. */
final class Pair {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final Case which;
    private final Plan plan;
    private final Jdk jdk;
    private final Consumer<String> warnings;
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private Path directory = Path.of("");
    /** Whether what goes beside goes. */
    private boolean loaded;

    /** @param warnings is told what a process wrote to its error output though it did not fail */
    Pair(Case which, Plan plan, Jdk jdk, Consumer<String> warnings) {
        this.which = which;
        this.plan = plan;
        this.jdk = jdk;
        this.warnings = warnings;
    }

    /** @throws BenchmarkException if a process fails, or something was lost that must not be */
    Result run(int repetition) throws IOException, InterruptedException {
        directory = Files.createTempDirectory("parley-bench-");
        var aborter = new Thread(this::abort);
        Runtime.getRuntime().addShutdownHook(aborter);
        try (var responder = start("responder");
                var initiator = start("initiator")) {
            Result result = measure(initiator, responder, repetition);
            warn("initiator", initiator);
            warn("responder", responder);
            return result;
        } finally {
            if (forget(aborter)) {
                delete(directory);
            }
        }
    }

    private Child start(String role) throws IOException {
        Child child = Child.start(role, which, jdk.java(), plan.jvmArguments(which, jdk.feature()), directory);
        children.add(child);
        return child;
    }

    /** This process is told to end in the midst of it. */
    private void abort() {
        children.forEach(Child::kill);
        try {
            delete(directory);
        } catch (IOException e) {
            System.err.println("parley-bench: could not delete " + directory + ": " + e);
        }
    }

    /** Whether it was in time to; else it runs already. */
    private static boolean forget(Thread aborter) {
        try {
            return Runtime.getRuntime().removeShutdownHook(aborter);
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private Result measure(Child initiator, Child responder, int repetition) throws InterruptedException {
        responder.say("open");
        initiator.say("open");
        String responderAddress = responder.hear("open", PATIENCE)[1];
        String initiatorAddress = initiator.hear("open", PATIENCE)[1];
        responder.ask("begin " + initiatorAddress, "begun", PATIENCE);
        initiator.ask("begin " + responderAddress, "begun", PATIENCE);

        warmUp(initiator, responder);
        double aloneP99 = 0;
        if (which.workload() == Workload.BESIDE) {
            Marks begun = Marks.of(initiator, responder);
            pass(plan.measured(), initiator, responder, begun);
            aloneP99 = decode(initiator.ask("times", "times", PATIENCE)[1]).getValueAtPercentile(99) / 1e3;
            initiator.ask("load", "loaded", PATIENCE);
            loaded = true;
            warmUp(initiator, responder);
        }
        Marks before = Marks.of(initiator, responder);
        Marks after = pass(plan.measured(), initiator, responder, before);
        String times = which.workload().isTimed() ? initiator.ask("times", "times", PATIENCE)[1] : "";

        initiator.ask("stop", "stopped", PATIENCE);
        long missed = account(initiator, responder);
        return result(repetition, before, after, aloneP99, times, missed);
    }

    private void warmUp(Child initiator, Child responder) throws InterruptedException {
        pass(plan.warmUp(which), initiator, responder, Marks.of(initiator, responder));
        initiator.ask("times", "times", PATIENCE);
    }

    /** Lets time pass, and more of it on a machine so busy that nothing has arrived yet. */
    private Marks pass(Duration time, Child initiator, Child responder, Marks since) throws InterruptedException {
        Thread.sleep(time.toMillis());
        Marks now = Marks.of(initiator, responder);
        for (long waited = 0; !hasMoved(since, now); waited += STEP.toMillis()) {
            if (waited >= PATIENCE.toMillis()) {
                throw new BenchmarkException("Nothing arrived in the time that counts");
            }
            Thread.sleep(STEP.toMillis());
            now = Marks.of(initiator, responder);
        }
        return now;
    }

    private boolean hasMoved(Marks since, Marks now) {
        boolean answered = now.initiator.arrived > since.initiator.arrived;
        boolean taken = now.responder.arrived > since.responder.arrived;
        return which.workload() == Workload.BESIDE
                ? answered && (taken || !loaded)
                : which.workload().isOneWay() ? taken : answered;
    }

    private Result result(int repetition, Marks before, Marks after, double aloneP99, String times, long missed) {
        boolean oneWay = which.workload().isOneWay();
        Mark from = oneWay ? before.responder : before.initiator;
        Mark to = oneWay ? after.responder : after.initiator;
        long arrived = to.arrived - from.arrived;
        Histogram histogram = times.isEmpty() ? new Histogram(1) : decode(times);
        double each = arrived;
        return new Result(
                which,
                repetition,
                each * 1e9 / (to.nanos - from.nanos),
                arrived,
                aloneP99,
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getMaxValue() / 1e3,
                (after.initiator.cpuNanos - before.initiator.cpuNanos) / each / 1e3,
                (after.responder.cpuNanos - before.responder.cpuNanos) / each / 1e3,
                (after.initiator.allocated - before.initiator.allocated) / each,
                (after.responder.allocated - before.responder.allocated) / each,
                missed,
                times);
    }

    /** Waits until all that was initiated has arrived, and nothing else; answers how many are known to be missed. */
    private long account(Child initiator, Child responder) throws InterruptedException {
        State made = State.of(initiator);
        int receivers = which.workload() == Workload.PUBLISH ? which.load() : 1;
        Child receiver = which.workload().isOneWay() ? responder : initiator;
        long expected = made.initiated * receivers;
        State now = State.of(receiver);
        long lastProgress = System.nanoTime();
        while (now.arrived + now.missed < expected && System.nanoTime() - lastProgress < SETTLING.toNanos()) {
            Thread.sleep(20);
            State next = State.of(receiver);
            if (next.arrived > now.arrived) {
                lastProgress = System.nanoTime();
            }
            now = next;
        }
        boolean complete = now.arrived + now.missed == expected;
        boolean same = now.missed > 0 || now.arrivedSum == made.initiatedSum * receivers;
        if (!complete || !same || (now.missed > 0 && which.workload() != Workload.PUBLISH)) {
            throw new BenchmarkException("Of " + expected + " messages " + now.arrived + " arrived and " + now.missed
                    + " were reported missed" + (same ? "" : ", and not those that were sent"));
        }
        return now.missed;
    }

    private void warn(String role, Child child) {
        String said = child.errors();
        if (!said.isEmpty()) {
            warnings.accept(which.contender() + ", " + which.row() + ", " + role + ": " + said);
        }
    }

    private static Histogram decode(String times) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(times)), 0);
        } catch (DataFormatException e) {
            throw new BenchmarkException("The initiator's times cannot be read", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    private record Mark(long nanos, long arrived, long cpuNanos, long allocated) {

        static Mark of(String[] words) {
            return new Mark(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]));
        }
    }

    private record Marks(Mark initiator, Mark responder) {

        static Marks of(Child initiator, Child responder) throws InterruptedException {
            initiator.say("mark");
            responder.say("mark");
            return new Marks(Mark.of(initiator.hear("mark", PATIENCE)), Mark.of(responder.hear("mark", PATIENCE)));
        }
    }

    private record State(long initiated, long initiatedSum, long arrived, long arrivedSum, long missed) {

        static State of(Child child) throws InterruptedException {
            String[] words = child.ask("state", "state", PATIENCE);
            return new State(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]));
        }
    }
}
