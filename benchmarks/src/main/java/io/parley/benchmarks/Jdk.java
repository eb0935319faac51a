package io.parley.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the measured processes run on. Immutable.
 *
 * @param java the program
 * @param feature its version's first number
 * @param description as it tells itself
 */
record Jdk(Path java, int feature, String description) {

    private static final Pattern VERSION = Pattern.compile("version \"(\\d+)");

    /** The one that this process runs on. */
    static Jdk current() {
        return new Jdk(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Runtime.version().feature(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    /** @throws BenchmarkException if there is none, or one older than 17 */
    static Jdk at(Path home) throws InterruptedException {
        Path java = home.resolve("bin").resolve("java");
        if (!Files.isExecutable(java)) {
            throw new BenchmarkException("There is no bin/java in " + home);
        }
        String said = version(java);
        Matcher version = VERSION.matcher(said);
        if (!version.find()) {
            throw new BenchmarkException(java + " does not tell its version but: " + said);
        }
        int feature = Integer.parseInt(version.group(1));
        if (feature < 17) {
            throw new BenchmarkException("Java 17 or newer is needed; " + java + " is version " + feature);
        }
        String[] lines = said.split("\\R");
        return new Jdk(java, feature, lines[lines.length - 1]);
    }

    private static String version(Path java) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(java.toString(), "-version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            return said;
        } catch (IOException e) {
            throw new BenchmarkException(java + " cannot be run", e);
        }
    }
}
