package io.parley.console;

import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.terminal.Terminal.Ink;
import io.parley.console.terminal.Texts;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.discovery.ServiceResolver.Watcher;
import io.parley.environment.Environment;
import io.parley.text.PlainText;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code parley peers}. Confined to one thread. */
@Command(
        name = "peers",
        description = "Print who is in the mesh: instances, since when, where, and with which channels.",
        footer = {"", "The exit code is 4 if there is nobody."})
final class PeersCommand extends MeshCommand {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    /** Of an instance that somebody else registered. */
    private static final String UNKNOWN = "?";

    private static final List<String> TITLES = List.of("SERVICE", "INSTANCE", "UP", "ADDRESS", "CHANNELS");

    @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only instances of these services.")
    List<String> services = new ArrayList<>();

    PeersCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Instance> instances = new ArrayList<>();
        try (ServiceResolver resolver = discovery().openResolver(Environment.system(), ZmqTransport.addresses())) {
            for (String service : services.isEmpty() ? resolver.services() : services) {
                instances.addAll(instances(resolver, service));
            }
        }
        instances.sort(Comparator.comparing(Instance::service).thenComparing(Instance::name));
        if (instances.isEmpty() && !isJson) {
            note("Nobody" + (services.isEmpty() ? "" : " of " + String.join(", ", services)) + " is in "
                    + describeMesh() + ".");
        } else if (isJson) {
            instances.forEach(instance -> terminal.print(json(instance)));
        } else {
            printTable(instances);
        }
        return instances.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.SUCCESS;
    }

    private static Collection<Instance> instances(ServiceResolver resolver, String service)
            throws InterruptedException {
        var found = new CompletableFuture<Collection<Instance>>();
        ServiceResolver.Watch watch;
        try {
            watch = resolver.watch(service, new Watcher() {
                @Override
                public void onSnapshot(Collection<Instance> instances) {
                    found.complete(instances);
                }

                @Override
                public void onError(Exception problem) {
                    found.completeExceptionally(problem);
                }
            });
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
        }
        try {
            return found.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandException(ExitCode.REFUSED, "the registry cannot be read: " + e.getCause());
        } catch (TimeoutException e) {
            throw new CommandException(
                    ExitCode.TIMED_OUT, "the registry did not answer within " + LIMIT.toSeconds() + " s");
        } finally {
            watch.close();
        }
    }

    private void printTable(List<Instance> instances) {
        Instant now = Instant.now();
        List<List<String>> rows = instances.stream()
                .map(instance -> List.of(
                        instance.service(),
                        PlainText.of(instance.name()),
                        instance.since().equals(Instant.EPOCH)
                                ? UNKNOWN
                                : Texts.age(Duration.between(instance.since(), now)),
                        PlainText.of(instance.address()),
                        channels(instance)))
                .toList();
        var line = new StringBuilder();
        for (int column = 0; column < TITLES.size(); column++) {
            line.append(padded(rows, column, TITLES.get(column)));
        }
        terminal.print(terminal.paint(line.toString().stripTrailing(), Ink.BOLD));
        for (List<String> row : rows) {
            var text = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                text.append(padded(rows, column, row.get(column)));
            }
            terminal.print(text.toString().stripTrailing());
        }
    }

    private static String padded(List<List<String>> rows, int column, String text) {
        int width =
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return text + " ".repeat(Math.max(width, TITLES.get(column).length()) - text.length() + 2);
    }

    private static String channels(Instance instance) {
        return instance.channels().entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String json(Instance instance) {
        var channels = new LinkedHashMap<String, String>();
        instance.channels().forEach((name, style) -> channels.put(name.toString(), style.text()));
        var line = new LinkedHashMap<String, Object>();
        line.put("service", instance.service());
        line.put("instance", instance.name());
        line.put("since", instance.since().toString());
        line.put("address", instance.address());
        line.put("publishAddress", instance.publishAddress());
        line.put("channels", channels);
        line.put("metadata", instance.metadata());
        return Json.write(line);
    }
}
