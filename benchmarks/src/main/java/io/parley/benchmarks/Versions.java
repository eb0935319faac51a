package io.parley.benchmarks;

import io.parley.benchmarks.worker.ForeignStacks;
import java.io.IOException;
import java.io.InputStream;
import java.security.CodeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zeromq.ZContext;

/** Tells the versions of what is measured. Thread-safe. */
public final class Versions {

    private static final Pattern JAR = Pattern.compile("-(\\d[^/]*)\\.jar$");

    private Versions() {}

    /** Name and version of what the contenders run on, Parley first. */
    static Map<String, String> of(List<Contender> contenders) {
        var versions = new LinkedHashMap<String, String>();
        versions.put("Parley", parley());
        for (Contender contender : Contender.values()) {
            if (contenders.contains(contender)) {
                switch (contender) {
                    case RAW_JEROMQ, PARLEY, PARLEY_INLINE, PARLEY_UNRECORDED ->
                        versions.put("JeroMQ", ofJarWith(ZContext.class));
                    case GRPC, GRPC_DEFAULT, VERTX, RSOCKET ->
                        ForeignStacks.find().ifPresent(stacks -> versions.putAll(stacks.versions(contender)));
                    case RAW_TCP -> {
                        // Nothing but the JDK.
                    }
                }
            }
        }
        return versions;
    }

    private static String parley() {
        String commit = System.getProperty("parley.commit", "");
        return parleyVersion() + (commit.isEmpty() ? "" : " (" + commit + ")");
    }

    /** As its own jar says; a directory of classes says nothing. */
    private static String parleyVersion() {
        String path = "/META-INF/maven/io.parley/parley-messaging-api/pom.properties";
        try (InputStream in = Versions.class.getResourceAsStream(path)) {
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

    /** Returns the version in the name of the jar that {@code type} is from, or "unknown". Not all jars have it inside. */
    public static String ofJarWith(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        Matcher jar = JAR.matcher(
                source == null || source.getLocation() == null
                        ? ""
                        : source.getLocation().getPath());
        return jar.find() ? jar.group(1) : "unknown";
    }
}
