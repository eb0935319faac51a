package io.parley.discovery.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files with names of leases that are none. */
final class SpoiltLeases {

    private static final String SOUND = "{\"parley\":1,\"service\":\"SERVICE\",\"instance\":\"NAME\","
            + "\"incarnation\":\"00000000000000ff\",\"address\":\"tcp://127.0.0.1:9\",\"publishAddress\":\"\","
            + "\"channels\":{},\"since\":\"2026-01-02T03:04:05Z\",\"ttlMillis\":60000,\"metadata\":{}}";

    private SpoiltLeases() {}

    static void putInto(Path mesh, String service) throws IOException {
        String sound = SOUND.replace("SERVICE", service);
        put(mesh, service, "empty", "");
        put(mesh, service, "half", sound.substring(0, 70));
        put(mesh, service, "array", "[" + sound + "]");
        put(mesh, service, "deep", "[".repeat(60_000));
        put(mesh, service, "long-number", "{\"parley\":1" + "0".repeat(50_000) + "}");
        put(mesh, service, "huge", " ".repeat(1_000_000) + sound);
        put(mesh, service, "mark", "\ufeff" + sound);
        put(mesh, service, "named-otherwise", sound.replace("NAME", "other"));
        put(mesh, service, "null-service", sound.replace("\"" + service + "\"", "null"));
        put(mesh, service, "number", sound.replace("\"tcp://127.0.0.1:9\"", "17"));
        put(mesh, service, "nulls", sound.replace("{}", "null"));
        put(mesh, service, "channel", sound.replace("\"channels\":{}", "\"channels\":{\"no channel\":\"request\"}"));
        put(mesh, service, "twice", sound.replace("\"parley\":1", "\"parley\":1,\"parley\":null"));
        put(mesh, service, "time", sound.replace("2026-01-02T03:04:05Z", "9".repeat(1000)));
        put(mesh, service, "ttl", sound.replace("60000", "6e999999999"));
        Files.write(mesh.resolve(service + "~bytes.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, '{'});
        Files.write(mesh.resolve(service + "~utf16.json"), sound.getBytes(StandardCharsets.UTF_16));
        Files.createDirectory(mesh.resolve(service + "~directory.json"));
        Files.createSymbolicLink(mesh.resolve(service + "~link.json"), mesh.resolve(service + "~empty.json"));
        Files.createSymbolicLink(mesh.resolve(service + "~loop.json"), mesh.resolve(service + "~loop.json"));
    }

    private static void put(Path mesh, String service, String name, String text) throws IOException {
        Files.writeString(mesh.resolve(service + '~' + name + ".json"), text.replace("NAME", name));
    }
}
