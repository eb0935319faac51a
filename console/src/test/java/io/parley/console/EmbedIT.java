package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.testkit.Await;
import io.parley.zmq.ZmqTransport;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Builds {@code samples/embed} as somebody else would, from the artifacts of this build alone, and has it talk to the
 * shop's peers. Maven runs once more for that, on a repository of its own below {@code target}, which takes all that is not Parley's
 * from the one that this build has filled: nothing is fetched from afar, and nothing is installed beyond this directory.
 */
class EmbedIT {

    private static final String MESH = "embed";
    private static final Path ROOT = Path.of(required("basedir")).getParent();
    private static final Path WORK = Path.of(required("basedir"), "target", "embed");
    private static final Path REPOSITORY = WORK.resolve("repository");
    private static final Path SETTINGS = WORK.resolve("settings.xml");

    private static final List<Process> STARTED = new ArrayList<>();

    @BeforeAll
    static void stage() throws IOException, InterruptedException {
        deleteAll(WORK.resolve("home"));
        deleteAll(REPOSITORY.resolve("io/parley"));
        Path api = jarOf(Peer.class);
        String version = api.getFileName().toString().replaceAll("parley-messaging-api-|\\.jar", "");
        install("parley-parent", version, ROOT.resolve("pom.xml"), null);
        install("parley-messaging-api", version, ROOT.resolve("messaging-api/pom.xml"), api);
        install("parley-zmq-transport", version, ROOT.resolve("zmq-transport/pom.xml"), jarOf(ZmqTransport.class));
        Files.writeString(SETTINGS, """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror>
                      <id>this-build</id>
                      <mirrorOf>*</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                </settings>
                """.formatted(
                        REPOSITORY, Path.of(required("parley.repository")).toUri()));
        for (String name : List.of("orders", "payment", "warehouse")) {
            startPeer(name);
        }
    }

    @AfterAll
    static void stopAll() throws IOException, InterruptedException {
        for (Process process : STARTED) {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    @Timeout(180)
    void itRunsOnTheClassPath() throws IOException, InterruptedException {
        Path project = copy("classpath");
        Files.delete(project.resolve("src/main/java/module-info.java"));
        build(project);
        String path = "target/shop.jar" + File.pathSeparator + "target/lib/*";
        List<String> lines = java(project, "-cp", path, "com.example.shop.CustomerService");
        assertTold(lines, "Running on the class path");
    }

    @Test
    @Timeout(180)
    void itRunsAsANamedModule() throws IOException, InterruptedException {
        Path project = copy("module");
        build(project);
        String path = "target/shop.jar" + File.pathSeparator + "target/lib";
        List<String> lines = java(project, "-p", path, "-m", "com.example.shop/com.example.shop.CustomerService");
        assertTold(lines, "Running as module com.example.shop");
    }

    private static void assertTold(List<String> lines, String how) {
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo(how);
        assertThat(lines.get(1)).isEqualTo("teapot: placed, 4900 cents");
        assertThat(lines.get(2)).startsWith("unicorn: FAULTED, We do not sell \"unicorn\"");
    }

    /** A reader who copies both should not wonder why they differ; and no other versions are at hand for the build above. */
    @Test
    void itsPluginsAreThoseOfThisBuild() throws IOException {
        String own = Files.readString(ROOT.resolve("pom.xml"));
        String embed = Files.readString(ROOT.resolve("samples/embed/pom.xml"));
        var plugins = Pattern.compile("<artifactId>(maven-[a-z-]+)</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(embed)
                .results()
                .toList();
        assertThat(plugins).hasSize(5);
        assertThat(plugins).allSatisfy(plugin -> {
            String property = plugin.group(1).replace("maven-surefire-plugin", "surefire") + ".version";
            assertThat(own).contains("<" + property + ">" + plugin.group(2) + "</" + property + ">");
        });
    }

    /** A peer of the shop, as its users start it. It ends with its standard input. */
    private static void startPeer(String name) throws IOException {
        var command = new ArrayList<>(Parley.ownCommandLine());
        command.addAll(List.of("peer", name, "--mesh", MESH, "--json", "--child"));
        Path output = WORK.resolve(name + ".txt");
        start(WORK, new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()));
        Await.until(name + " is up", () -> contains(output, "\"up\""));
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copy(String name) throws IOException {
        Path to = WORK.resolve(name);
        deleteAll(to);
        Path from = ROOT.resolve("samples/embed");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                if (!file.startsWith(from.resolve("target"))) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
            }
        }
        return to;
    }

    private static void build(Path project) throws IOException, InterruptedException {
        boolean isWindows = File.separatorChar == '\\';
        Path maven = Path.of(required("maven.home"), "bin", isWindows ? "mvn.cmd" : "mvn");
        var command = List.of(
                maven.toString(), "-B", "-q", "-U", "-s", SETTINGS.toString(), "-gs", SETTINGS.toString(), "package");
        run(project, command);
    }

    private static List<String> java(Path project, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(javaCommand()));
        command.addAll(List.of(arguments));
        command.add(MESH);
        return run(project, command);
    }

    /** What a command prints, on either stream; it has to succeed. */
    private static List<String> run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(WORK, "output", ".txt");
        Process process = start(
                directory, new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()));
        process.getOutputStream().close();
        boolean ended = process.waitFor(150, TimeUnit.SECONDS);
        String printed = Files.readString(output);
        assertThat(ended).as("%s ends; it printed %s", command, printed).isTrue();
        assertThat(process.exitValue())
                .as("%s succeeds; it printed %s", command, printed)
                .isZero();
        return printed.lines().toList();
    }

    private static Process start(Path directory, ProcessBuilder builder) throws IOException {
        builder.directory(directory.toFile());
        builder.environment().put("JAVA_HOME", required("java.home"));
        builder.environment().put("PARLEY_HOME", WORK.resolve("home").toString());
        builder.environment().keySet().removeAll(List.of("MAVEN_ARGS", "MAVEN_OPTS", "JAVA_TOOL_OPTIONS"));
        Process process = builder.start();
        STARTED.add(process);
        return process;
    }

    private static String javaCommand() {
        return Path.of(required("java.home"), "bin", "java").toString();
    }

    /** The artifact that this test runs on, which has to be a packaged one. */
    private static Path jarOf(Class<?> type) {
        Path jar = Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
        assertThat(jar).as("the jar with %s; run this by mvn verify", type).isRegularFile();
        return jar;
    }

    private static void install(String artifact, String version, Path pom, Path jar) throws IOException {
        Path to = Files.createDirectories(REPOSITORY.resolve("io/parley/" + artifact + "/" + version));
        String name = artifact + "-" + version;
        Files.copy(pom, to.resolve(name + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        if (jar != null) {
            Files.copy(jar, to.resolve(name + ".jar"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String required(String property) {
        return Objects.requireNonNull(System.getProperty(property), property);
    }
}
