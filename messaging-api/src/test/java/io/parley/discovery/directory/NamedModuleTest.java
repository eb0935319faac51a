package io.parley.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.codec.Codec;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the module requires and opens all that leases need, which tests on the class path cannot see. */
class NamedModuleTest {

    @TempDir
    private Path temporary;

    @Test
    void shouldWriteALeaseAsANamedModule() throws Exception {
        Class<?> discovery = load("io.parley.discovery.directory.LocalDirectoryDiscovery");
        Class<?> environments = load("io.parley.environment.Environment");
        Class<?> instances = load("io.parley.discovery.Instance");
        Class<?> memberships = load("io.parley.discovery.Membership");
        Object instance = instances.getConstructors()[0].newInstance(
                "orders", "one", 1L, "tcp://127.0.0.1:1", "", new TreeMap<>(), Instant.EPOCH, Map.of());
        Object membership = load("io.parley.discovery.Discovery")
                .getMethod("open", environments)
                .invoke(
                        discovery.getMethod("at", Path.class).invoke(null, temporary.resolve("mesh")),
                        environments.getMethod("system").invoke(null));
        try {
            memberships.getMethod("announce", instances).invoke(membership, instance);
            assertThat(temporary.resolve("mesh").resolve("orders~one.json")).isRegularFile();
            assertThat(memberships.getMethod("services").invoke(membership)).isEqualTo(List.of("orders"));
        } finally {
            memberships.getMethod("close").invoke(membership);
        }
    }

    private static ModuleLayer layer;

    private static Class<?> load(String name) throws ClassNotFoundException {
        if (layer == null) {
            Path[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Path::of)
                    .filter(Files::exists)
                    .filter(entry -> entry.toString().contains("jackson")
                            || entry.toString().contains("messaging-api"))
                    .toArray(Path[]::new);
            var configuration = ModuleLayer.boot()
                    .configuration()
                    .resolve(ModuleFinder.of(path), ModuleFinder.of(), Set.of("io.parley"));
            layer = ModuleLayer.defineModulesWithOneLoader(
                            configuration, List.of(ModuleLayer.boot()), Codec.class.getClassLoader())
                    .layer();
        }
        Class<?> type = Class.forName(layer.findModule("io.parley").orElseThrow(), name);
        assertThat(type.getModule().isNamed()).isTrue();
        return type;
    }
}
