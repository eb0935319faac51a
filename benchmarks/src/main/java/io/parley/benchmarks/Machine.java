package io.parley.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the measurements ran on. Immutable.
 *
 * @param versions of what was measured
 * @param load of the system in the minute before, or -1 where that is not told
 */
public record Machine(
        String cpu, int cores, long memoryMiB, String system, String jdk, Map<String, String> versions, double load) {

    /** This one. */
    static Machine here(Jdk jdk, List<Contender> contenders) {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize() / (1024 * 1024),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                jdk.description(),
                Versions.of(contenders),
                system.getSystemLoadAverage());
    }

    /** Returns two lines for people: the machine, and what was measured. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %.1f GiB; %s; %s%n%s; load before %.2f",
                cpu,
                cores,
                memoryMiB / 1024.0,
                system,
                jdk,
                versions.entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", ")),
                load);
    }

    private static String cpuModel() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        } catch (IOException e) {
            // Not a Linux, or not ours to read.
        }
        return "unknown processor";
    }
}
