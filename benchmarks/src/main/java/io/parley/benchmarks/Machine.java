package io.parley.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What the measurements ran on. */
public record Machine(
        String cpu, int cores, long memoryMiB, String system, String jdk, String parley, String jeromq, double load) {

    /** This one, with the system's load of the last minute, or -1 where that is not told. */
    static Machine here() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize() / (1024 * 1024),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                parleyVersion(),
                version("org.zeromq", "jeromq"),
                system.getSystemLoadAverage());
    }

    private static String parleyVersion() {
        String commit = System.getProperty("parley.commit", "");
        return version("io.parley", "parley-messaging-api") + (commit.isEmpty() ? "" : " (" + commit + ")");
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

    /** As the artifact's own jar says; a directory of classes says nothing. */
    private static String version(String group, String artifact) {
        String path = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
        try (InputStream in = Machine.class.getResourceAsStream(path)) {
            if (in != null) {
                var properties = new Properties();
                properties.load(in);
                return properties.getProperty("version", "unknown");
            }
        } catch (IOException e) {
            // Said below.
        }
        return "unknown";
    }
}
