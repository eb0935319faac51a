package io.parley.benchmarks.convergence;

import io.parley.benchmarks.lab.ConsulAgent;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Instances come, close and are killed while an {@link Prober} asks, and another one stays. Confined to one thread.
 */
final class Trials {

    private static final String COMES = "new instance";
    private static final String CLOSES = "instance that closes";
    private static final String DIES = "instance that is killed";
    private static final double SOON = 100;
    private static final double AT_ONCE = 50;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** So that a link is not fresh, and nothing of the trial before goes on. */
    private static final long SETTLING_MILLIS = 200;

    private final Lab lab;
    private final ConsulAgent agent;
    private final Prober prober;
    private final PrintWriter progress;
    private final List<Reading> readings = new ArrayList<>();

    Trials(Lab lab, ConsulAgent agent, Prober prober, PrintWriter progress) {
        this.lab = lab;
        this.agent = agent;
        this.prober = prober;
        this.progress = progress;
    }

    /** @param warmUp how often before it counts */
    List<Reading> run(int warmUp, int repetitions) throws IOException, InterruptedException {
        MeasuredProcess staying = EchoProcess.start(lab, agent);
        staying.ask("open stays", PATIENCE);
        prober.start();
        prober.awaitAnswerBy("stays");
        MeasuredProcess coming = EchoProcess.start(lab, agent);
        for (int i = 1; i <= warmUp; i++) {
            comeAndGo(coming, "warm-up-" + i);
        }
        readings.clear();
        for (int i = 1; i <= repetitions; i++) {
            progress.printf("[%2d/%d] ", i, 2 * repetitions);
            comeAndGo(coming, "comes-" + i);
            progress.println(Table.brief(readings.get(readings.size() - 1)));
        }
        Map<String, Long> killed = new LinkedHashMap<>();
        for (int i = 1; i <= repetitions; i++) {
            progress.printf("[%2d/%d] ", repetitions + i, 2 * repetitions);
            killed.put("dies-" + i, die("dies-" + i));
            progress.println(Table.brief(readings.get(readings.size() - 1)));
        }
        progress.println("Waiting for Consul to find out about those that were killed");
        for (Map.Entry<String, Long> each : killed.entrySet()) {
            read(DIES, "until Consul lists it no more", each.getValue(), prober.awaitUnlisted(each.getKey()));
        }
        return List.copyOf(readings);
    }

    private void comeAndGo(MeasuredProcess coming, String name) throws InterruptedException {
        long told = System.nanoTime();
        coming.ask("open " + name, PATIENCE);
        long open = System.nanoTime();
        long listed = prober.awaitListed(name);
        long answered = prober.awaitAnswerBy(name);
        readings.add(new Reading(COMES, "from opening it to its first answer", "ms", millis(told, answered), SOON));
        read(COMES, "until it is open", told, open);
        read(COMES, "until Consul lists it", told, listed);
        TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);

        long toldToClose = System.nanoTime();
        coming.ask("close", PATIENCE);
        long closed = System.nanoTime();
        long unlisted = prober.awaitUnlisted(name);
        TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
        long last = prober.lastQuestionTo(name, toldToClose).orElse(toldToClose);
        read(CLOSES, "until it is closed", toldToClose, closed);
        read(CLOSES, "until Consul lists it no more", toldToClose, unlisted);
        readings.add(new Reading(
                CLOSES, "from closing it to the last question it got", "ms", millis(toldToClose, last), SOON));
    }

    /** Tells when. */
    private long die(String name) throws IOException, InterruptedException {
        MeasuredProcess victim = EchoProcess.start(lab, agent);
        victim.ask("open " + name, PATIENCE);
        prober.awaitAnswerBy(name);
        TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
        long told = System.nanoTime();
        victim.kill();
        TimeUnit.MILLISECONDS.sleep(2 * SETTLING_MILLIS);
        long last = prober.lastQuestionTo(name, told).orElse(told);
        readings.add(new Reading(DIES, "from kill -9 to the last question it got", "ms", millis(told, last), AT_ONCE));
        return told;
    }

    private void read(String of, String figure, long from, long to) {
        readings.add(new Reading(of, figure, "ms", millis(from, to)));
    }

    private static double millis(long from, long to) {
        return (to - from) / 1e6;
    }
}
