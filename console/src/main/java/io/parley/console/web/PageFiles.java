package io.parley.console.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files that the page is made of: our own beside this class, and the libraries' from their web jars, of which only those named in
 * {@code libraries.properties} can be had. Thread-safe.
 */
final class PageFiles {

    /** What a file of ours may be called: nothing that leads anywhere else. */
    private static final Pattern OWN =
            Pattern.compile("/(index\\.html|icon\\.svg|(scripts|styles)/[a-z-]+\\.(js|css))");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private record PageFile(byte[] bytes, String type, String tag) {}

    private final Properties libraries = new Properties();
    private final Map<String, PageFile> files = new ConcurrentHashMap<>();

    PageFiles() {
        try (InputStream in = PageFiles.class.getResourceAsStream("libraries.properties")) {
            if (in == null) {
                throw new IllegalStateException("libraries.properties is not in the console's jar");
            }
            libraries.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers with the file that is asked for. */
    void answer(Exchange exchange) throws IOException {
        PageFile file = file(exchange.path().equals("/") ? "/index.html" : exchange.path());
        if (file == null) {
            throw new ProblemException(404, "no-such-page", "There is no " + exchange.path() + ".");
        }
        exchange.http().getResponseHeaders().set("ETag", file.tag());
        exchange.http().getResponseHeaders().set("Cache-Control", "no-cache");
        boolean isKnown = file.tag().equals(exchange.http().getRequestHeaders().getFirst("If-None-Match"));
        exchange.answer(isKnown ? 304 : 200, file.type(), file.bytes());
    }

    private @Nullable PageFile file(String path) throws IOException {
        PageFile known = files.get(path);
        if (known != null) {
            return known;
        }
        String library = libraries.getProperty(path);
        byte[] bytes;
        try (InputStream in = library != null
                ? PageFiles.class.getClassLoader().getResourceAsStream(library)
                : OWN.matcher(path).matches() ? PageFiles.class.getResourceAsStream(path.substring(1)) : null) {
            if (in == null) {
                return null;
            }
            bytes = in.readAllBytes();
        }
        String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
        var file = new PageFile(bytes, type, '"' + digest(bytes) + '"');
        files.put(path, file);
        return file;
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
