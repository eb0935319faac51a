package io.parley.codec.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of Jackson is loaded before a payload needs it. To load all takes longer than to open a peer. */
class LateLoadingTest {

    private static final String DATABIND = "tools.jackson.databind.";

    @TempDir
    private Path temporary;

    @Test
    void shouldLoadDatabindOnlyWithTheFirstPayload() throws Throwable {
        try (var loader = new Recording()) {
            Class<?> type = loader.loadClass("io.parley.codec.jackson.JacksonCodec");
            Class<?> codecs = loader.loadClass("io.parley.codec.Codec");
            // To ask the class for its methods would load all that they mention.
            Object codec = MethodHandles.publicLookup()
                    .findStatic(type, "create", MethodType.methodType(type))
                    .invoke();
            assertThat(codecs.getMethod("supports", Class.class).invoke(codec, Map.class))
                    .isEqualTo(true);
            assertThat(codecs.getMethod("accepts", String.class).invoke(codec, "application/json"))
                    .isEqualTo(true);
            assertThat(loader.loaded).noneMatch(name -> name.startsWith(DATABIND));
            codecs.getMethod("encode", Object.class).invoke(codec, Map.of());
            assertThat(loader.loaded).contains(DATABIND + "json.JsonMapper");
        }
    }

    @Test
    void shouldKeepLeasesWithoutDatabind() throws Exception {
        try (var loader = new Recording()) {
            Class<?> discoveries = loader.loadClass("io.parley.discovery.local.LocalDirectoryDiscovery");
            Class<?> environments = loader.loadClass("io.parley.environment.Environment");
            Class<?> instances = loader.loadClass("io.parley.discovery.Instance");
            Class<?> formats = loader.loadClass("io.parley.transport.AddressFormat");
            Class<?> registries = loader.loadClass("io.parley.discovery.ServiceRegistry");
            Class<?> resolvers = loader.loadClass("io.parley.discovery.ServiceResolver");
            Object environment = environments.getMethod("system").invoke(null);
            Object format = formats.getMethod("opaque").invoke(null);
            Object discovery = discoveries.getMethod("at", Path.class).invoke(null, temporary.resolve("mesh"));
            Object resolver =
                    discoveries.getMethod("openResolver", environments, formats).invoke(discovery, environment, format);
            Object registry = ((Optional<?>) discoveries
                            .getMethod("openRegistry", environments, formats)
                            .invoke(discovery, environment, format))
                    .orElseThrow();
            try {
                Object instance = instances.getConstructors()[0].newInstance(
                        "orders", "one", 1L, "tcp://127.0.0.1:1", "", new TreeMap<>(), Instant.EPOCH, Map.of());
                registries.getMethod("announce", instances).invoke(registry, instance);
                assertThat(resolvers.getMethod("services").invoke(resolver)).isEqualTo(List.of("orders"));
            } finally {
                resolvers.getMethod("close").invoke(resolver);
                registries.getMethod("close").invoke(registry);
            }
            assertThat(loader.loaded)
                    .anyMatch(name -> name.startsWith("tools.jackson.core."))
                    .noneMatch(name -> name.startsWith(DATABIND));
        }
    }

    /** Loads everything itself that is not of the JDK, and remembers what. */
    private static final class Recording extends URLClassLoader {

        final Set<String> loaded = ConcurrentHashMap.newKeySet();

        Recording() {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Class<?> found = super.findClass(name);
            loaded.add(name);
            return found;
        }

        private static URL[] classPath() {
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Recording::url)
                    .toArray(URL[]::new);
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }
}
