package io.parley.console;

import io.parley.console.json.JsonValues;
import io.parley.console.json.NotJsonException;
import io.parley.console.terminal.Stop;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Payloads to send, one after the other. Confined to one thread. */
interface Payloads {

    /**
     * The next payload, or null at the end.
     *
     * @throws CommandException if what follows is not as expected
     */
    byte @Nullable [] next() throws InterruptedException;

    /** The same payload without end. */
    static Payloads repeating(byte[] payload) {
        return () -> payload;
    }

    /**
     * The payloads in a stream, of which only a few are held at a time. They are read in a thread of their own, as reading from a
     * terminal cannot be interrupted.
     *
     * @param limit the most characters, or bytes if raw, of one payload
     * @param isRaw whether a payload is a line, else a JSON value
     */
    static Payloads reading(InputStream stream, int limit, boolean isRaw, Stop stop) {
        var reader = new StreamReader(stream, limit, isRaw);
        stop.onRequest(reader::end);
        var thread = new Thread(reader, "parley-input");
        thread.setDaemon(true);
        thread.start();
        return reader;
    }

    /** Reads in one thread and hands over to another. */
    final class StreamReader implements Payloads, Runnable {

        private static final int HELD = 16;

        private final InputStream stream;
        private final int limit;
        private final boolean isRaw;
        private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(HELD);

        private record Item(
                byte @Nullable [] payload, @Nullable String problem) {}

        private StreamReader(InputStream stream, int limit, boolean isRaw) {
            this.stream = stream;
            this.limit = limit;
            this.isRaw = isRaw;
        }

        @Override
        public byte @Nullable [] next() throws InterruptedException {
            Item item = queue.take();
            if (item.problem() != null) {
                throw new CommandException(ExitCode.WRONG_USAGE, item.problem());
            }
            return item.payload();
        }

        private void end() {
            // If the queue is full, nobody waits for more.
            queue.offer(new Item(null, null));
        }

        @Override
        public void run() {
            try {
                try (InputStream buffered = new BufferedInputStream(stream)) {
                    if (isRaw) {
                        readLines(buffered);
                    } else {
                        readValues(buffered);
                    }
                } catch (NotJsonException e) {
                    queue.put(
                            new Item(null, "expected JSON, but " + e.getMessage() + "; what came before it was sent"));
                } catch (IOException | UncheckedIOException e) {
                    queue.put(new Item(null, "cannot read the input: " + e.getMessage()));
                }
                queue.put(new Item(null, null));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void readValues(InputStream input) throws InterruptedException {
            var values = new JsonValues(input, limit);
            for (String value = values.next(); value != null; value = values.next()) {
                queue.put(new Item(value.getBytes(StandardCharsets.UTF_8), null));
            }
        }

        private void readLines(InputStream input) throws IOException, InterruptedException {
            var line = new ByteArrayOutputStream();
            for (int number = 1, next = 0; next >= 0; ) {
                next = input.read();
                if (next >= 0 && next != '\n') {
                    line.write(next);
                    if (line.size() > limit) {
                        throw new IOException("line " + number + " is longer than " + limit + " bytes");
                    }
                } else {
                    number++;
                    byte[] payload = withoutReturn(line.toByteArray());
                    line.reset();
                    if (payload.length > 0) {
                        queue.put(new Item(payload, null));
                    }
                }
            }
        }

        private static byte[] withoutReturn(byte[] line) {
            boolean endsInReturn = line.length > 0 && line[line.length - 1] == '\r';
            return endsInReturn ? java.util.Arrays.copyOf(line, line.length - 1) : line;
        }
    }
}
