package io.parley.codec.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.StackWalker.Option;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the codec gets at an application's types, seen from within those. */
class AccessorsTest {

    private final JacksonCodec codec = JacksonCodec.create();

    record Telling(int number, String text) {

        static @Nullable List<String> callers;

        Telling {
            callers = StackWalker.getInstance(Option.SHOW_REFLECT_FRAMES)
                    .walk(frames -> frames.map(frame -> frame.getClassName() + '.' + frame.getMethodName())
                            .toList());
        }
    }

    /** Is loaded a second time, by a loader that knows no others. */
    record Apart(int number, String text) {}

    /** Knows the platform's classes, and those of this test. */
    private static final class Lonely extends ClassLoader {

        Lonely() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.startsWith(AccessorsTest.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            try (InputStream in =
                    AccessorsTest.class.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
                byte[] octets = in == null ? new byte[0] : in.readAllBytes();
                return defineClass(name, octets, 0, octets.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void shouldMakeARecordWithoutReflection() {
        byte[] json = codec.encode(new Telling(1, "one"));
        Telling read = codec.decode(json, 0, json.length, Telling.class);
        assertThat(read).isEqualTo(new Telling(1, "one"));
        codec.decode(json, 0, json.length, Telling.class);
        assertThat(Telling.callers)
                .anyMatch(frame -> frame.contains("JacksonCodec.decode"))
                .noneMatch(frame -> frame.contains("reflect.Constructor"));
    }

    @Test
    void shouldReadAndWriteATypeWhoseLoaderDoesNotSeeJackson() throws Exception {
        Class<?> apart = new Lonely().loadClass(Apart.class.getName());
        assertThat(apart).isNotEqualTo(Apart.class);
        byte[] json = "{\"number\":7,\"text\":\"seven\"}".getBytes(StandardCharsets.UTF_8);
        Object read = codec.decode(json, 0, json.length, apart);
        assertThat(read).hasToString("Apart[number=7, text=seven]").isInstanceOf(apart);
        assertThat(new String(codec.encode(read), StandardCharsets.UTF_8))
                .isEqualTo("{\"number\":7,\"text\":\"seven\"}");
    }
}
