package io.parley.benchmarks.resilience;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.MeasurementException;
import io.parley.benchmarks.lab.Reading;
import io.parley.benchmarks.lab.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Trials in which others try to fill the heap of a peer. Immutable. */
final class Attacks {

    private static final int CAPACITY = 200_000;
    private static final int MEGABYTE = 1_000_000;
    private static final double MIB = 1 << 20;
    private static final int PROBES = 5;
    private static final long PROBE_MILLIS = 2_000;
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final int SENDERS = 6;
    private static final int SENDER_RATE = 20;
    private static final long SENDING_MILLIS = 10_000;
    private static final long SLOW_HANDLING_MICROS = 20_000;
    private static final int WAITING_RATE = 100;

    private static final String RECOVERED = "request answered afterwards";
    private static final List<String> LEGITIMATE = List.of("-Xmx256m");
    private static final List<String> SENDER = List.of("-Xmx1g");

    private final Scale scale;

    Attacks(Scale scale) {
        this.scale = scale;
    }

    List<Trial> all() {
        var trials = new ArrayList<Trial>();
        for (int heap : scale.heaps()) {
            for (Attack attack : Attack.values()) {
                trials.add(byStrangers(attack, heap));
            }
            trials.add(waitingMessages(heap));
            trials.add(largeMessages(heap));
        }
        return trials;
    }

    private Trial byStrangers(Attack attack, int heap) {
        int count = Math.max(1, attack.times() / scale.share());
        String of = String.format("%,d %s, -Xmx%dm", count, attack.description(), heap);
        return new Trial(of, lab -> {
            MeasuredProcess victim =
                    ServingProcess.start(lab, victim(heap), "shop-0", registry(lab), ledger(lab), CAPACITY, 0);
            Answer ports = victim.hear("ready", Shop.PATIENCE);
            MeasuredProcess legitimate = driver(lab, LEGITIMATE);
            legitimate.ask("probe " + PROBES + ' ' + PROBE_MILLIS, Shop.PATIENCE);
            var open = new ArrayList<ZmtpConnection>();
            try {
                int refused =
                        attack.repeat((int) ports.number("port"), (int) ports.number("publish-port"), count, open);
                List<Reading> readings = new ArrayList<>(underAttack(of, victim, legitimate));
                readings.add(new Reading(of, "refused or hung up on", "", refused));
                closeAll(open);
                readings.addAll(afterwards(of, victim, lab));
                return readings;
            } finally {
                closeAll(open);
            }
        });
    }

    /** Twice the heap's size in messages that wait for a receiver which is frozen. */
    private Trial waitingMessages(int heap) {
        int count = Math.max(1, 2 * heap / scale.share());
        String of = String.format("%,d messages of 1 MB to a frozen receiver, -Xmx%dm", count, heap);
        return new Trial(of, lab -> {
            MeasuredProcess receiver =
                    ServingProcess.start(lab, LEGITIMATE, "shop-0", registry(lab), ledger(lab), CAPACITY, 0);
            receiver.hear("ready", Shop.PATIENCE);
            MeasuredProcess victim = driver(lab, victim(heap));
            Signals.freeze(receiver);
            List<Reading> readings;
            try {
                long millis = Math.max(1, count * 1_000L / WAITING_RATE);
                victim.ask("drive one-ways " + WAITING_RATE + ' ' + millis + " 10000 " + MEGABYTE, Shop.PATIENCE);
                TimeUnit.MILLISECONDS.sleep(millis + 1_000);
                readings = new ArrayList<>(memory(of, victim));
            } finally {
                Signals.thaw(receiver);
            }
            readings.add(recovery(of, victim));
            return readings;
        });
    }

    /** Six senders of 1 MB messages to a receiver that is slower than they are. */
    private Trial largeMessages(int heap) {
        String of = String.format("%d senders of 1 MB messages, -Xmx%dm", SENDERS, heap);
        return new Trial(of, lab -> {
            MeasuredProcess victim = ServingProcess.start(
                    lab, victim(heap), "shop-0", registry(lab), ledger(lab), CAPACITY, SLOW_HANDLING_MICROS);
            victim.hear("ready", Shop.PATIENCE);
            var senders = new ArrayList<MeasuredProcess>();
            for (int i = 0; i < SENDERS; i++) {
                senders.add(driver(lab, SENDER));
            }
            long millis = Math.max(1_000, SENDING_MILLIS / scale.share());
            for (MeasuredProcess sender : senders) {
                sender.ask("drive one-ways " + SENDER_RATE + ' ' + millis + " 10000 " + MEGABYTE, Shop.PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(millis);
            List<Reading> readings = new ArrayList<>(memory(of, victim));
            senders.forEach(MeasuredProcess::kill);
            readings.addAll(afterwards(of, victim, lab));
            return readings;
        });
    }

    private static List<Reading> underAttack(String of, MeasuredProcess victim, MeasuredProcess legitimate)
            throws InterruptedException {
        var readings = new ArrayList<Reading>(memory(of, victim));
        long answered = legitimate
                .ask("probe " + PROBES + ' ' + PROBE_MILLIS, Shop.PATIENCE)
                .number("answered");
        readings.add(new Reading(of, "requests of a linked peer answered meanwhile, of " + PROBES, "", answered));
        return readings;
    }

    /** An end of the process is a result, not a failure of the measurement. */
    private static List<Reading> memory(String of, MeasuredProcess victim) throws InterruptedException {
        try {
            Answer memory = victim.ask("memory", Shop.PATIENCE);
            return List.of(
                    new Reading(of, "heap alive", "MiB", memory.number("live") / MIB),
                    new Reading(of, "heap alive at its peak", "MiB", memory.number("peak") / MIB),
                    new Reading(of, "direct buffers", "MiB", memory.number("direct") / MIB),
                    new Reading(of, "peer ended", "", 0, 0.5));
        } catch (MeasurementException e) {
            return List.of(new Reading(of, "peer ended", "", 1, 0.5));
        }
    }

    /** Whether a peer that comes only now is served. */
    private static List<Reading> afterwards(String of, MeasuredProcess victim, Lab lab)
            throws IOException, InterruptedException {
        if (!victim.isAlive()) {
            return List.of(new Reading(of, RECOVERED, "", 0));
        }
        try {
            MeasuredProcess newcomer = driver(lab, LEGITIMATE);
            Reading recovery = recovery(of, newcomer);
            return List.of(recovery);
        } catch (MeasurementException e) {
            return List.of(new Reading(of, RECOVERED, "", 0));
        }
    }

    private static Reading recovery(String of, MeasuredProcess asking) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < RECOVERY.toNanos()) {
            try {
                if (asking.ask("probe 1 " + PROBE_MILLIS, Shop.PATIENCE).number("answered") == 1) {
                    return new Reading(of, RECOVERED, "", 1);
                }
            } catch (MeasurementException e) {
                break;
            }
        }
        return new Reading(of, RECOVERED, "", 0);
    }

    private static void closeAll(List<ZmtpConnection> open) throws IOException {
        for (ZmtpConnection connection : open) {
            connection.close();
        }
    }

    private static MeasuredProcess driver(Lab lab, List<String> jvmArguments) throws IOException, InterruptedException {
        return DrivingProcess.start(lab, jvmArguments, registry(lab), ledger(lab), CAPACITY);
    }

    private static List<String> victim(int heap) {
        return List.of("-Xmx" + heap + "m");
    }

    private static String registry(Lab lab) {
        return "local=" + lab.directory().resolve("mesh");
    }

    private static Path ledger(Lab lab) {
        return lab.directory().resolve("ledger");
    }
}
