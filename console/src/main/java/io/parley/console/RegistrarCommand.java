package io.parley.console;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.console.json.Json;
import io.parley.console.registrar.ConfigException;
import io.parley.console.registrar.ConfigReader;
import io.parley.console.registrar.RegistrarConfig;
import io.parley.console.registrar.Report;
import io.parley.console.registrar.ThirdPartyRegistrar;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.discovery.Discovery;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.environment.Environment;
import io.parley.text.PlainText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley registrar}. Confined to one thread, but for reports, which come in any. */
@Command(
        name = "registrar",
        description = "Register peers that do not register themselves, and look after them, until Ctrl-C.",
        footer = {
            "",
            "Each is registered once it answers, by the name it calls itself. One that does not answer is critical, and",
            "removed after a while; when it is back, it is registered again. The file is read again when it has changed.",
            "At the end all are taken out of the registry.",
            "",
            "  ping: 2s            # how often a quiet peer is asked for a sign of life; three in vain are too many",
            "  remove-after: 10m   # how long one may be critical",
            "  services:",
            "    orders:",
            "      - address: tcp://10.0.0.7:7001",
            "        channels:                  # may be left out: then it is taken to serve any",
            "          orders/place: request    # or one-way, publish, survey",
            "        metadata:                  # may be left out",
            "          zone: north",
            "",
            "  parley registrar --config services.yaml --discovery consul"
        })
final class RegistrarCommand extends MeshCommand {

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int LOOKS_PER_READING = 5;
    private static final long MOST_BYTES = 4 * 1024 * 1024;
    /** What Consul does by itself, should the registrar end. */
    private static final Duration LEAST_REMOVE_AFTER = Duration.ofMinutes(1);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "Whom to register: a file in YAML, as shown below.")
    // picocli sets it before anything asks for it.
    @SuppressWarnings("NullAway.Init")
    Path config;

    private String text = "";
    private String problem = "";

    RegistrarCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (choice().isFixed()) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "a registrar needs a registry: local, consul or consul=URL");
        }
        Optional<RegistrarConfig> read = read();
        if (read.isEmpty()) {
            return ExitCode.WRONG_USAGE;
        }
        RegistrarConfig first = read.get();
        Discovery discovery = choice().open(mesh, consul -> consul.removeAfter(max(first.removeAfter())));
        try (Peer peer = open(builder("registrar", FixedDiscovery.builder().build())
                        .registeredByOthers()
                        .limits(Limits.defaults().withHeartbeat(first.ping()))
                        .closeTimeout(Duration.ofSeconds(1)));
                var registrar = new ThirdPartyRegistrar(peer, discovery, Environment.system(), this::tell)) {
            apply(registrar, first);
            for (int looks = 1; !stop.await(LOOK); looks++) {
                registrar.look();
                if (looks % LOOKS_PER_READING == 0) {
                    read().ifPresent(changed -> {
                        if (!changed.ping().equals(first.ping())) {
                            note("The new ping counts from when the registrar is started again.");
                        }
                        apply(registrar, changed);
                    });
                }
            }
        }
        return ExitCode.SUCCESS;
    }

    private static Duration max(Duration removeAfter) {
        return removeAfter.compareTo(LEAST_REMOVE_AFTER) > 0 ? removeAfter : LEAST_REMOVE_AFTER;
    }

    private void apply(ThirdPartyRegistrar registrar, RegistrarConfig now) {
        long services = now.instances().stream()
                .map(instance -> instance.service())
                .distinct()
                .count();
        note("Looking after " + counted(now.instances().size(), "instance") + " of " + counted(services, "service")
                + " in " + describeMesh() + ", as " + config + " says. Ctrl-C ends it.");
        registrar.apply(now);
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** What the file says, if that is new and right; tells what is wrong with it, unless that has been told. */
    private Optional<RegistrarConfig> read() {
        String now;
        try {
            if (Files.size(config) > MOST_BYTES) {
                throw new IOException("it is larger than " + MOST_BYTES + " bytes");
            }
            now = Files.readString(config);
        } catch (IOException e) {
            String why = e instanceof NoSuchFileException
                    ? "there is no such file"
                    : e instanceof CharacterCodingException ? "it is not UTF-8" : e.getMessage();
            if (!problem.equals(why)) {
                problem = String.valueOf(why);
                terminal.complain("parley: cannot read " + config + ": " + why);
            }
            return Optional.empty();
        }
        problem = "";
        if (now.equals(text)) {
            return Optional.empty();
        }
        text = now;
        try {
            return Optional.of(ConfigReader.read(now));
        } catch (ConfigException e) {
            e.mistakes().forEach(mistake -> terminal.complain("parley: " + config + ", " + mistake));
            return Optional.empty();
        }
    }

    private void tell(Report report) {
        if (isJson) {
            var line = new LinkedHashMap<String, Object>();
            line.put("service", report.instance().service());
            line.put("instance", report.instance().name());
            line.put("address", report.instance().address());
            line.put("state", report.state().name().toLowerCase(java.util.Locale.ROOT));
            line.put("why", report.why());
            terminal.print(Json.write(line));
            return;
        }
        String why = report.why().isEmpty() ? "" : " (" + report.why() + ")";
        String what =
                switch (report.state()) {
                    case AWAITED -> "does not answer yet" + why;
                    case ANNOUNCED -> "answers: registered";
                    case CRITICAL -> "does not answer" + why + ": critical";
                    case REMOVED -> "has not answered for too long: removed";
                    case REFUSED -> "is not registered: " + report.why();
                };
        Ink ink =
                switch (report.state()) {
                    case AWAITED -> Ink.DIM;
                    case ANNOUNCED -> Ink.GREEN;
                    case CRITICAL, REMOVED, REFUSED -> Ink.RED;
                };
        terminal.print(
                LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + "  "
                        + PlainText.of(report.instance().label() + " at "
                                + report.instance().address()) + ' ' + terminal.paint(what, ink));
    }
}
