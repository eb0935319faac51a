package io.parley.consul.gateway;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads one HTTP/1.1 answer from a connection that is of no use afterwards, within bounds. Confined to one thread. */
final class AnswerReader {

    private static final int LONGEST_LINE = 8 * 1024;
    private static final int MOST_HEADERS = 100;
    /** So that it fits a long. */
    private static final int MOST_DIGITS = 15;
    /** Answers that only announce the answer. */
    private static final int MOST_INTERIM = 4;

    private final InputStream in;
    private final int maxBody;

    /** @param in should be buffered, as it is read byte by byte in places */
    AnswerReader(InputStream in, int maxBody) {
        this.in = in;
        this.maxBody = maxBody;
    }

    /** @throws IOException if it is not HTTP, or too large, or ends too soon */
    HttpAnswer read() throws IOException {
        for (int i = 0; i <= MOST_INTERIM; i++) {
            int status = status(line());
            Map<String, String> headers = headers();
            if (status >= 200) {
                return new HttpAnswer(status, Map.copyOf(headers), body(status, headers));
            }
        }
        throw new IOException("Not HTTP: no end of interim answers");
    }

    private int status(String line) throws IOException {
        if (line.length() >= 12 && line.startsWith("HTTP/1.") && line.charAt(8) == ' ') {
            int status = number(line.substring(9, 12), 10, 999);
            if (status >= 100) {
                return status;
            }
        }
        throw new IOException("Not HTTP: it begins with \"" + line.substring(0, Math.min(line.length(), 40)) + '"');
    }

    private Map<String, String> headers() throws IOException {
        var headers = new HashMap<String, String>();
        for (int i = 0; i <= MOST_HEADERS; i++) {
            String line = line();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("Not HTTP: a header without a name");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        throw new IOException("More than " + MOST_HEADERS + " headers");
    }

    private byte[] body(int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        var body = new ByteArrayOutputStream();
        String encoding = headers.get("transfer-encoding");
        String length = headers.get("content-length");
        if (encoding != null) {
            if (!encoding.equalsIgnoreCase("chunked")) {
                throw new IOException("Not a transfer encoding that was asked for: " + encoding);
            }
            readChunks(body);
        } else if (length != null) {
            copy(number(length, 10, maxBody), body);
        } else {
            readAll(body);
        }
        return body.toByteArray();
    }

    private void readChunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            String line = line();
            int end = line.indexOf(';');
            int size = number((end < 0 ? line : line.substring(0, end)).strip(), 16, maxBody - body.size());
            if (size == 0) {
                // What may follow is of no interest: the connection ends with the answer.
                return;
            }
            copy(size, body);
            if (!line().isEmpty()) {
                throw new IOException("Not HTTP: a chunk longer than it says");
            }
        }
    }

    private void readAll(ByteArrayOutputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (read > maxBody - body.size()) {
                throw tooLarge();
            }
            body.write(buffer, 0, read);
        }
    }

    private void copy(int count, ByteArrayOutputStream body) throws IOException {
        byte[] buffer = new byte[Math.min(count, 8192)];
        for (int left = count; left > 0; ) {
            int read = in.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("The answer ends too soon");
            }
            body.write(buffer, 0, read);
            left -= read;
        }
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream(80);
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("The connection was closed before the answer was complete");
            }
            if (next == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() == LONGEST_LINE) {
                throw new IOException("A line of more than " + LONGEST_LINE + " bytes");
            }
            line.write(next);
        }
    }

    private int number(String digits, int radix, int limit) throws IOException {
        if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
            throw notANumber(digits);
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), radix);
            if (digit < 0) {
                throw notANumber(digits);
            }
            number = number * radix + digit;
        }
        if (number > limit) {
            throw tooLarge();
        }
        return (int) number;
    }

    private static IOException notANumber(String digits) {
        return new IOException(
                "Not HTTP: expected a number, not \"" + digits.substring(0, Math.min(digits.length(), 40)) + '"');
    }

    private IOException tooLarge() {
        return new IOException("The answer is larger than " + maxBody + " bytes");
    }
}
