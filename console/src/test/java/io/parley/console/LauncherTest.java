package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher builds, with a Maven and a Java that only say that they were run. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The launcher is a shell script")
class LauncherTest {

    private static final Path LAUNCHER = Path.of("..", "scripts", "launcher.sh");
    private static final String SOURCE = "console/src/main/One.java";

    @TempDir
    private Path directory;

    private Path home;

    @BeforeEach
    void makeATree() throws IOException {
        script(directory.resolve("bin/mvn"), """
                echo built >> "$BUILDS"
                mkdir -p console/target/lib
                echo jar > console/target/parley-console.jar
                [ ! -f change-while-building ] || echo changed > %s
                """.formatted(SOURCE));
        script(directory.resolve("jdk/bin/java"), """
                [ "$1" != -version ] || { echo 'openjdk version "17.0.1"' >&2; exit; }
                echo started
                echo "$@" > "$(dirname "$0")/arguments"
                """);
        home = directory.resolve("tree");
        write(home.resolve("pom.xml"), "<project/>");
        write(home.resolve(".mvn/jvm.config"), "");
        write(home.resolve(SOURCE), "class One {}");
        write(home.resolve("console/src/main/Two.java"), "class Two {}");
        Files.createDirectories(home.resolve("scripts"));
        Files.copy(LAUNCHER, home.resolve("scripts/launcher.sh"));
        script(home.resolve("launch"), """
                set -eu
                home=$(cd "$(dirname "$0")" && pwd -P)
                name=parley
                module=console
                needs=console/src/main
                main=Main
                options=
                property=-Done=1
                . "$home/scripts/launcher.sh"
                """);
    }

    @Test
    void buildsOnceWhatHasNotChanged() throws Exception {
        assertThat(buildsOf(home)).isEqualTo(1);
        assertThat(buildsOf(home)).isZero();
    }

    @Test
    void javaEndsWhenItsMemoryIsUsedUp() throws Exception {
        buildsOf(home);
        assertThat(Files.readString(directory.resolve("jdk/bin/arguments"))).startsWith("-XX:+ExitOnOutOfMemoryError ");
    }

    @Test
    void copiedTreeIsNotBuiltAgain() throws Exception {
        buildsOf(home);
        Path copy = directory.resolve("copy");
        copy(home, copy);
        makeNewer(copy);

        assertThat(buildsOf(copy)).isZero();
        assertThat(buildsOf(copy)).isZero();
        write(copy.resolve(SOURCE), "class One { int changed; }");
        makeNewer(copy);
        assertThat(buildsOf(copy)).isEqualTo(1);
    }

    @Test
    void touchedSourceIsNotBuiltAgain() throws Exception {
        buildsOf(home);
        makeNewer(home);
        assertThat(buildsOf(home)).isZero();
    }

    @Test
    void changedSourceIsBuilt() throws Exception {
        buildsOf(home);
        write(home.resolve(SOURCE), "class One { int changed; }");
        makeNewer(home);
        assertThat(buildsOf(home)).isEqualTo(1);
        assertThat(buildsOf(home)).isZero();
    }

    @Test
    void treeWithoutOneOfItsSourcesIsBuilt() throws Exception {
        buildsOf(home);
        Files.delete(home.resolve(SOURCE));
        makeNewer(home);
        assertThat(buildsOf(home)).isEqualTo(1);
    }

    @Test
    void renamedSourceIsBuilt() throws Exception {
        buildsOf(home);
        Files.move(home.resolve(SOURCE), home.resolve("console/src/main/Three.java"));
        makeNewer(home);
        assertThat(buildsOf(home)).isEqualTo(1);
    }

    @Test
    void sourceThatChangesWhileItIsBuiltIsBuiltAgain() throws Exception {
        write(home.resolve("change-while-building"), "");
        assertThat(buildsOf(home)).isEqualTo(1);
        Files.delete(home.resolve("change-while-building"));
        makeNewer(home);
        assertThat(buildsOf(home)).isEqualTo(1);
        assertThat(buildsOf(home)).isZero();
    }

    @Test
    void treeThatLacksWhatIsBuiltIsBuilt() throws Exception {
        buildsOf(home);
        Files.delete(home.resolve("console/target/parley-console.jar"));
        assertThat(buildsOf(home)).isEqualTo(1);
    }

    private int buildsOf(Path tree) throws IOException, InterruptedException {
        Path builds = directory.resolve("builds");
        Files.deleteIfExists(builds);
        Path output = directory.resolve("output");
        var launcher = new ProcessBuilder("sh", tree.resolve("launch").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        launcher.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        launcher.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
        launcher.environment().put("BUILDS", builds.toString());
        Process process = launcher.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(output)).endsWith("started\n");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    /** As in a copy that keeps no times: all sources are newer than what was built. */
    private static void makeNewer(Path tree) throws IOException {
        FileTime later = FileTime.from(Files.getLastModifiedTime(tree.resolve("console/target/parley.stamp"))
                .toInstant()
                .plusSeconds(5));
        for (Path path : pathsIn(tree)) {
            if (!path.startsWith(tree.resolve("console/target"))) {
                Files.setLastModifiedTime(path, later);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path path : pathsIn(from)) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }

    /** Directories before what is in them. */
    private static List<Path> pathsIn(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            return paths.toList();
        }
    }

    private static void script(Path path, String lines) throws IOException {
        write(path, "#!/bin/sh\n" + lines);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path path, String text) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
