package io.parley.discovery.local;

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
import java.util.Optional;
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
        Class<?> discovery = load("io.parley.discovery.local.LocalDirectoryDiscovery");
        Class<?> environments = load("io.parley.environment.Environment");
        Class<?> instances = load("io.parley.discovery.Instance");
        Class<?> formats = load("io.parley.transport.AddressFormat");
        Class<?> registries = load("io.parley.discovery.ServiceRegistry");
        Class<?> resolvers = load("io.parley.discovery.ServiceResolver");
        Class<?> discoveries = load("io.parley.discovery.Discovery");
        Object instance = instances.getConstructors()[0].newInstance(
                "orders", "one", 1L, "tcp://127.0.0.1:1", "", new TreeMap<>(), Instant.EPOCH, Map.of());
        Object directory = discovery.getMethod("at", Path.class).invoke(null, temporary.resolve("mesh"));
        Object environment = environments.getMethod("system").invoke(null);
        Object format = formats.getMethod("opaque").invoke(null);
        Object resolver =
                discoveries.getMethod("openResolver", environments, formats).invoke(directory, environment, format);
        Object registry = ((Optional<?>) discoveries
                        .getMethod("openRegistry", environments, formats)
                        .invoke(directory, environment, format))
                .orElseThrow();
        try {
            registries.getMethod("announce", instances).invoke(registry, instance);
            assertThat(temporary.resolve("mesh").resolve("orders~one.json")).isRegularFile();
            assertThat(resolvers.getMethod("services").invoke(resolver)).isEqualTo(List.of("orders"));
        } finally {
            resolvers.getMethod("close").invoke(resolver);
            registries.getMethod("close").invoke(registry);
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
