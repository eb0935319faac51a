package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/consul}, with a small archive of the test's own; all other tests have it bring the real one. */
class BringingConsulTest {

    /** Something that says of itself that it is one. */
    private static final String CONSUL = "#!/bin/sh\necho Consul v0.0.0 \"$@\"\n";

    @TempDir
    private Path folder;

    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private HttpServer archive;
    private byte[] zip;
    private String checksum;

    @BeforeEach
    void openArchive() throws IOException, NoSuchAlgorithmException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry("consul"));
            out.write(CONSUL.getBytes(StandardCharsets.UTF_8));
        }
        zip = bytes.toByteArray();
        checksum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        archive = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
        archive.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            fetched.add(path);
            byte[] body = path.endsWith(".zip") ? zip : sums(path).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        archive.start();
    }

    /** For whatever machine this is. */
    private String sums(String path) {
        String version = path.split("/")[2];
        return Stream.of("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
                .map(machine -> checksum + "  consul_" + version + '_' + machine + ".zip\n")
                .reduce("", String::concat);
    }

    @AfterEach
    void closeArchive() {
        archive.stop(0);
    }

    private record Run(int exitCode, String out, String err) {}

    private Process start(Map<String, String> settings, String... arguments) throws IOException {
        var command = new ArrayList<>(
                List.of(ConsulAgent.root().resolve("scripts/consul").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().remove("CONSUL");
        builder.environment().put("PARLEY_CACHE", folder.resolve("cache").toString());
        builder.environment().put("PARLEY_CONSUL_SOURCES", "hashicorp");
        builder.environment()
                .put(
                        "PARLEY_CONSUL_RELEASES",
                        "http://127.0.0.1:" + archive.getAddress().getPort());
        // One that does not run, so that whatever else is on the machine's path is not found.
        Path bin = Files.createDirectories(folder.resolve("bin"));
        if (!Files.exists(bin.resolve("consul"))) { // those started before may be running it
            executable(bin.resolve("consul"), "#!/bin/sh\nexit 1\n");
        }
        builder.environment().merge("PATH", bin.toString(), (path, first) -> first + ':' + path);
        builder.environment().putAll(settings);
        return builder.start();
    }

    private static Run end(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return new Run(process.waitFor(), out, err);
    }

    private static Path executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("consul.lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void itIsFetchedOnceHoweverManyAskAtATime() throws IOException, InterruptedException {
        var all = new ArrayList<Process>();
        for (int i = 0; i < 5; i++) {
            all.add(start(Map.of()));
        }
        String expected = folder.resolve("cache/consul/consul").toString();
        for (Process each : all) {
            assertThat(end(each)).isEqualTo(new Run(0, expected, ""));
        }
        assertThat(fetched).hasSize(2);
        assertThat(cached()).containsExactly("consul");
        assertThat(end(start(Map.of(), "agent", "-x"))).isEqualTo(new Run(0, "Consul v0.0.0 agent -x", ""));
        assertThat(fetched).hasSize(2);
    }

    @Test
    void theOneThatIsNamedComesFirst() throws IOException, InterruptedException {
        Path own = executable(folder.resolve("own"), CONSUL);
        assertThat(end(start(Map.of("CONSUL", own.toString())))).isEqualTo(new Run(0, own.toString(), ""));
        assertThat(end(start(Map.of("CONSUL", "/no/such/consul"))))
                .isEqualTo(new Run(1, "", "consul: CONSUL is /no/such/consul, which is no Consul that runs."));
        assertThat(fetched).isEmpty();
    }

    @Test
    void theOneOnThePathIsTakenIfItRuns() throws IOException, InterruptedException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Path own = executable(other.resolve("consul"), CONSUL);
        assertThat(end(start(Map.of("PATH", other + ":" + System.getenv("PATH")))))
                .isEqualTo(new Run(0, own.toString(), ""));
        assertThat(fetched).isEmpty();
    }

    @Test
    void whatIsNotAsItsChecksumSaysIsNotTakenAndLeavesNothingBehind() throws IOException, InterruptedException {
        checksum = "0".repeat(64);
        Run run = end(start(Map.of()));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("there is no Consul").contains("not what its checksum says");
        assertThat(cached()).containsExactly("consul.log");
    }

    @Test
    void whereThereIsNoneToBeHadItIsSaidWhatWasTried() throws IOException, InterruptedException {
        Path etc = Files.createDirectories(folder.resolve("etc/sources.list.d"));
        Files.writeString(
                etc.resolve("a.sources"),
                "Types: deb\nURIs: file:" + folder + "/nowhere\nSuites: any\nComponents: main\n");
        archive.stop(0);
        Run run = end(start(Map.of(
                "PARLEY_CONSUL_SOURCES",
                "debian hashicorp",
                "PARLEY_APT_ETC",
                folder.resolve("etc").toString())));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("the consul on the PATH does not run")
                .containsAnyOf("apt-get cannot fetch consul of Debian's suite bullseye", "no apt-get and dpkg")
                .contains("cannot be fetched from HashiCorp's archive")
                .hasLineCount(1);
    }

    @Test
    void whatAKilledRunHasLeftIsCleanedUp() throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("cache/consul.work.killed/debs"));
        assertThat(end(start(Map.of())).exitCode()).isZero();
        assertThat(cached()).containsExactly("consul");
    }
}
