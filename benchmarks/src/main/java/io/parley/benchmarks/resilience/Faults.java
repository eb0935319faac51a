package io.parley.benchmarks.resilience;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.ConsulAgent;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import io.parley.benchmarks.lab.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Trials in which instances restart, die or freeze under load. Immutable. */
final class Faults {

    private static final int INSTANCES = 3;
    private static final int CAPACITY = 200_000;
    private static final int PAYLOAD = 64;
    private static final long HANDLING_MICROS = 1_000;
    private static final long LIMIT_MILLIS = 10_000;
    private static final long FROZEN_RATE = 10;
    private static final long HOLE_RATE = 8;
    private static final long HOLE_LIMIT_MILLIS = 2_000;
    /** How long after the last outcome what is still told, or begun, is waited for. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private static final List<String> JVM = List.of("-Xmx512m");

    private final Scale scale;

    Faults(Scale scale) {
        this.scale = scale;
    }

    /** @param consul whether peers find each other by a Consul agent, or else by a local directory */
    Trial rollingRestart(boolean consul) {
        String of = "rolling restart, " + registryName(consul);
        return new Trial(of, lab -> {
            String registry = registry(lab, consul);
            List<MeasuredProcess> instances = startInstances(lab, registry);
            MeasuredProcess driver = startDriver(lab, registry);
            drive(driver, "both", scale.rate(), scale.driving(), LIMIT_MILLIS);
            long pause = scale.driving().toMillis() / (INSTANCES + 1);
            for (int i = 0; i < INSTANCES; i++) {
                TimeUnit.MILLISECONDS.sleep(pause);
                instances.get(i).ask("close", Shop.PATIENCE);
                instances.get(i).close();
                startInstance(lab, registry, i);
            }
            return balance(lab, of, driver).afterOrderlyCloses();
        });
    }

    Trial kill() {
        String of = "kill -9 of one of three";
        return new Trial(of, lab -> {
            String registry = registry(lab, false);
            List<MeasuredProcess> instances = startInstances(lab, registry);
            MeasuredProcess driver = startDriver(lab, registry);
            drive(driver, "both", scale.rate(), scale.driving().dividedBy(4), LIMIT_MILLIS);
            TimeUnit.MILLISECONDS.sleep(scale.driving().toMillis() / 8);
            instances.get(0).kill();
            return balance(lab, of, driver).afterKill();
        });
    }

    /** The only instance is frozen for longer than requests have time. */
    Trial frozenPeer() {
        String of = "instance frozen for " + scale.freeze().toSeconds() + " s";
        return new Trial(of, lab -> {
            String registry = registry(lab, false);
            MeasuredProcess instance = startInstance(lab, registry, 0);
            MeasuredProcess driver = startDriver(lab, registry);
            drive(
                    driver,
                    "requests",
                    FROZEN_RATE,
                    scale.freeze().plusSeconds(1),
                    Math.min(LIMIT_MILLIS, scale.freeze().toMillis() / 3));
            TimeUnit.SECONDS.sleep(1);
            Signals.freeze(instance);
            try {
                TimeUnit.MILLISECONDS.sleep(scale.freeze().toMillis());
            } finally {
                Signals.thaw(instance);
            }
            return balance(lab, of, driver).afterStall();
        });
    }

    /** The network holds back what is sent, and delivers it later. */
    Trial blackHole() {
        String of = "network that holds back for " + scale.hole().toSeconds() + " s";
        return new Trial(of, lab -> {
            MeasuredProcess instance = ServingProcess.start(
                    lab, JVM, "shop-0", registry(lab, false), ledgerFile(lab), CAPACITY, HANDLING_MICROS);
            int port = (int) instance.hear("ready", Shop.PATIENCE).number("port");
            try (var proxy = TcpProxy.to(port)) {
                MeasuredProcess driver = startDriver(lab, "at=tcp://127.0.0.1:" + proxy.port());
                drive(
                        driver,
                        "requests",
                        HOLE_RATE,
                        scale.hole().plusSeconds(1),
                        Math.min(HOLE_LIMIT_MILLIS, scale.hole().toMillis() / 2));
                TimeUnit.SECONDS.sleep(1);
                proxy.hold();
                TimeUnit.MILLISECONDS.sleep(scale.hole().toMillis());
                proxy.resume();
                return balance(lab, of, driver).afterStall();
            }
        });
    }

    private static String registryName(boolean consul) {
        return consul ? "Consul" : "local directory";
    }

    private static String registry(Lab lab, boolean consul) throws IOException, InterruptedException {
        return consul
                ? "consul=" + ConsulAgent.start(lab).url()
                : "local=" + lab.directory().resolve("mesh");
    }

    private static Path ledgerFile(Lab lab) {
        return lab.directory().resolve("ledger");
    }

    private static List<MeasuredProcess> startInstances(Lab lab, String registry)
            throws IOException, InterruptedException {
        var instances = new ArrayList<MeasuredProcess>();
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(startInstance(lab, registry, i));
        }
        return instances;
    }

    private static MeasuredProcess startInstance(Lab lab, String registry, int number)
            throws IOException, InterruptedException {
        MeasuredProcess instance =
                ServingProcess.start(lab, JVM, "shop-" + number, registry, ledgerFile(lab), CAPACITY, HANDLING_MICROS);
        instance.hear("ready", Shop.PATIENCE);
        return instance;
    }

    private static MeasuredProcess startDriver(Lab lab, String registry) throws IOException, InterruptedException {
        return DrivingProcess.start(lab, JVM, registry, ledgerFile(lab), CAPACITY);
    }

    private static void drive(MeasuredProcess driver, String kind, long rate, Duration time, long limitMillis)
            throws InterruptedException {
        driver.ask(
                "drive " + kind + ' ' + rate + ' ' + time.toMillis() + ' ' + limitMillis + ' ' + PAYLOAD,
                Shop.PATIENCE);
    }

    private Balance balance(Lab lab, String of, MeasuredProcess driver) throws IOException, InterruptedException {
        Duration patience = scale.driving().plus(scale.freeze()).plus(Shop.PATIENCE);
        driver.ask("finish", patience);
        TimeUnit.MILLISECONDS.sleep(SETTLING.toMillis());
        Answer finished = driver.ask("finish", patience);
        return Balance.of(of, Ledger.open(ledgerFile(lab), CAPACITY), finished);
    }
}
