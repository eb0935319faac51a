package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.outside.AskingProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that has the library as a named module, with no other modules than that one requires. */
class NamedModuleTest {

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void whatTheLibraryNeedsIsRequiredByIt(String scheme) throws IOException, InterruptedException {
        try (ScriptedConsul scripted =
                ScriptedConsul.of((exchange, number) -> ScriptedConsul.send(exchange, 200, "{\"orders\":[]}"))) {
            String url = scripted.url().replace("http:", scheme + ':');
            String said = run(url);
            // Nobody speaks TLS there; that this can be said takes all that TLS takes.
            String expected = scheme.equals("http") ? "[]" : "Consul at " + url + " cannot be asked";
            assertThat(said).contains("io.parley.consul: " + expected).doesNotContain("NoClassDefFoundError");
        }
    }

    private static String run(String url) throws IOException, InterruptedException {
        String path = System.getProperty("java.class.path");
        Path tests = Path.of(AskingProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        path,
                        "--limit-modules",
                        "io.parley.consul",
                        "--add-modules",
                        "io.parley.consul",
                        "--class-path",
                        tests.toString(),
                        AskingProgram.class.getName(),
                        url)
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
