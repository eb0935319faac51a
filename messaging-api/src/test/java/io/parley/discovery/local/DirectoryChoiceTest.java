package io.parley.discovery.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.discovery.DiscoveryException;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.AddressFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where leases may lie. */
class DirectoryChoiceTest {

    private static final Path TMP = Path.of("/tmp");

    private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(1);

    @TempDir
    private Path temporary;

    @Test
    void shouldPreferParleyHome() {
        assertThat(base(Map.of("PARLEY_HOME", "/srv/parley", "XDG_RUNTIME_DIR", "/run/user/1"), true))
                .isEqualTo(Path.of("/srv/parley"));
    }

    @Test
    void shouldTakeTheRuntimeDirectoryNext() {
        assertThat(base(Map.of("PARLEY_HOME", "", "XDG_RUNTIME_DIR", "/run/user/1"), true))
                .isEqualTo(Path.of("/run/user/1/parley"));
    }

    @Test
    void shouldPassOverARuntimeDirectoryThatIsNotItsOwn() {
        assertThat(base(Map.of("XDG_RUNTIME_DIR", "/run/user/1"), false)).isEqualTo(Path.of("/tmp/parley-ann"));
        assertThat(base(Map.of("XDG_RUNTIME_DIR", "run/user"), true)).isEqualTo(Path.of("/tmp/parley-ann"));
    }

    @Test
    void shouldTakeTheTemporaryDirectoryLast() {
        assertThat(base(Map.of(), true)).isEqualTo(Path.of("/tmp/parley-ann"));
    }

    @Test
    void shouldRefuseAParleyHomeThatDependsOnWhereOneStands() {
        assertThatThrownBy(() -> base(Map.of("PARLEY_HOME", "parley"), true))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("PARLEY_HOME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../up", "a/b", "-a", "a b", "ä"})
    void shouldRefuseAMeshWithoutAProperName(String name) {
        assertThatThrownBy(() -> LocalDirectoryDiscovery.mesh(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LocalDirectoryDiscovery.mesh("a" + "b".repeat(63)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatCode(() -> LocalDirectoryDiscovery.mesh("Shop.v2_x-1")).doesNotThrowAnyException();
    }

    @Test
    void shouldCreateDirectoriesThatOnlyTheUserMayEnter() throws IOException {
        Path directory = temporary.resolve("new").resolve("mesh");
        LocalDirectoryDiscovery.at(directory).openResolver(simulation, AddressFormat.opaque());
        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(directory.getParent())).isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
    void shouldRefuseADirectoryThatOthersMayWriteTo(String permissions) throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
        assertRefused(directory, permissions);
    }

    @Test
    void shouldAcceptADirectoryThatOthersMayRead() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("readable"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatCode(() -> LocalDirectoryDiscovery.at(directory)
                        .openResolver(simulation, AddressFormat.opaque())
                        .close())
                .doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseADirectoryOfAnotherUser() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a directory away");
        Path directory = Files.createDirectory(temporary.resolve("theirs"));
        UserPrincipal nobody =
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(directory, nobody);
        assertRefused(directory, "nobody");
    }

    @Test
    void shouldRefuseAFileAndASymbolicLink() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertRefused(file, "not a directory");
        Path directory = Files.createDirectory(temporary.resolve("real"));
        assertRefused(Files.createSymbolicLink(temporary.resolve("link"), directory), "symbolic link");
    }

    @Test
    void shouldRefuseTimesThatCannotWork() {
        var discovery = LocalDirectoryDiscovery.at(temporary.resolve("mesh"));
        assertThatThrownBy(() -> discovery.ttl(Duration.ofMillis(99))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> discovery.ttl(Duration.ofDays(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> discovery.pollInterval(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> discovery
                        .ttl(Duration.ofSeconds(1))
                        .pollInterval(Duration.ofMillis(500))
                        .openResolver(simulation, AddressFormat.opaque()))
                .isInstanceOf(DiscoveryException.class);
    }

    private void assertRefused(Path directory, String reason) {
        assertThatThrownBy(() -> LocalDirectoryDiscovery.at(directory).openResolver(simulation, AddressFormat.opaque()))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(reason);
    }

    private static Path base(Map<String, String> variables, boolean usable) {
        return LeaseDirectory.base(variables, TMP, "ann", path -> usable);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
