package io.parley.console.web;

import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import io.parley.environment.Safely;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The browsers that look on, each told by server-sent events what changed in the mesh and, if it wants them, flows. A picture of the mesh is
 * made twice a second for all of them. A browser that reads slowly gets the latest picture when it is ready, and is told how many flows it
 * did not get; one that does not read at all is let go. Thread-safe.
 */
final class Streams implements AutoCloseable {

    static final int MOST = 24;

    private static final long PICTURE_MILLIS = 500;
    private static final long FLOWS_MILLIS = 250;

    private final MeshModel model;
    private final History history;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "page-pace");
        thread.setDaemon(true);
        return thread;
    });
    private volatile MeshPicture picture = MeshPicture.NOTHING;
    private volatile boolean isClosed;
    private long paces;

    Streams(MeshModel model, History history) {
        this.model = model;
        this.history = history;
        pace.scheduleWithFixedDelay(this::onPace, 0, PICTURE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Confined to the pace's thread. */
    private void onPace() {
        Safely.run(this::look, e -> System.getLogger(Streams.class.getName())
                .log(System.Logger.Level.WARNING, "The mesh could not be looked at", e));
    }

    private void look() {
        List<MeshModel.SeenEdge> edges = model.edges();
        picture = MeshPicture.of(model, edges);
        if (paces++ % (1000 / PICTURE_MILLIS) == 0) {
            history.note(edges);
        }
    }

    MeshPicture picture() {
        return picture;
    }

    /** Writes to a browser for as long as it listens. Returns when it does not. */
    void serve(Exchange exchange) throws IOException {
        boolean wantsFlows = exchange.parameters().containsKey("flows");
        var stream = new Stream(wantsFlows ? exchange.filter() : flow -> false, exchange.turn());
        open.add(stream);
        if (isClosed || open.size() > MOST) {
            open.remove(stream);
            throw new ProblemException(503, "too-many", "No more than " + MOST + " pages can look on at a time.");
        }
        Runnable listening = wantsFlows ? model.listen(stream.queue::add) : () -> {};
        try {
            exchange.http().getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.http().getResponseHeaders().set("Cache-Control", "no-store");
            exchange.http().sendResponseHeaders(200, 0);
            stream.run(exchange.http().getResponseBody());
        } catch (InterruptedException e) {
            // It was stuck, or all ends. The thread is not ours: what is next for it must not be interrupted.
            throw new IOException("The browser was let go", e);
        } finally {
            listening.run();
            open.remove(stream);
            // An interrupt may have ended a write instead of a wait.
            Thread.interrupted();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        pace.shutdownNow();
        open.forEach(Stream::end);
    }

    /** One browser. */
    private final class Stream {

        private final FlowQueue queue;
        private final PageThreads.Turn turn;
        private final Thread thread = Thread.currentThread();
        private MeshPicture told = MeshPicture.NOTHING;

        Stream(Predicate<Flow> wanted, PageThreads.Turn turn) {
            queue = new FlowQueue(wanted);
            this.turn = turn;
        }

        void run(OutputStream out) throws IOException, InterruptedException {
            write(out, "hello", Json.write(Map.of("mesh", model.mesh())));
            while (!isClosed) {
                MeshPicture now = picture;
                if (now != told) {
                    write(out, "mesh", now.since(told));
                    told = now;
                }
                List<Flow> flows = queue.take();
                if (!flows.isEmpty()) {
                    write(out, "flows", json(flows));
                }
                Thread.sleep(FLOWS_MILLIS);
            }
        }

        private String json(List<Flow> flows) {
            return flows.stream()
                    .map(Flow::toJson)
                    .collect(Collectors.joining(
                            ",",
                            "{\"leftOut\":" + queue.leftOut() + ",\"oneIn\":" + queue.stride() + ",\"flows\":[",
                            "]}"));
        }

        /** Blocks while the browser does not read. */
        private void write(OutputStream out, String event, String json) throws IOException {
            // JSON of ours is in one line, as an event's data has to be.
            byte[] bytes = ("event: " + event + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
            turn.awaitReader();
            out.write(bytes);
            out.flush();
            turn.awaitNobody();
        }

        void end() {
            thread.interrupt();
        }
    }
}
