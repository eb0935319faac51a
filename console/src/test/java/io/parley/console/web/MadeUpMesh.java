package io.parley.console.web;

import io.parley.console.flow.Flow;
import io.parley.console.json.Json;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A mesh that is not there, as large and as busy as one likes, for the page to show. Thread-safe. */
final class MadeUpMesh implements MeshModel, AutoCloseable {

    private static final int MOST_RECENT = 20_000;

    private final List<SeenPeer> peers = new ArrayList<>();
    private final List<String[]> talks = new ArrayList<>();
    private final Map<String, long[]> counts = new ConcurrentHashMap<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();
    private final List<Consumer<List<Flow>>> listeners = new CopyOnWriteArrayList<>();
    private final Deque<Flow> recent = new ArrayDeque<>();
    private final Random random = new Random(7);
    private final Instant start = Instant.now();
    private final int rate;
    private final Thread thread = new Thread(this::talk, "made-up-mesh");
    private volatile boolean isClosed;
    private volatile long leftOut;
    private volatile String failure = "";
    private long sequence;

    /** @param rate flows a second */
    MadeUpMesh(int services, int instances, int rate) {
        this.rate = rate;
        for (int service = 0; service < services; service++) {
            String name = "service-" + service;
            var channels = new TreeMap<String, String>(Map.of(name + "/ask", "request", name + "/events", "publish"));
            for (int instance = 0; instance < instances; instance++) {
                String label = name + "/" + name + "-" + instance;
                peers.add(new SeenPeer(
                        label,
                        name,
                        name + "-" + instance,
                        Condition.UP,
                        start,
                        start,
                        "tcp://127.0.0.1:1",
                        channels,
                        false));
            }
            // Each calls two or three further ones, like the branches of a tree that meet now and then.
            for (int other : new int[] {2 * service + 1, 2 * service + 2, 3 * service + 4}) {
                if (other >= services) {
                    continue;
                }
                String callee = "service-" + other;
                for (int instance = 0; instance < instances; instance++) {
                    talks.add(new String[] {
                        name + "/" + name + "-" + instance,
                        callee + "/" + callee + "-" + random.nextInt(instances),
                        callee + "/ask",
                        "request"
                    });
                }
            }
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Has a peer go. */
    void kill(String label) {
        gone.add(label);
    }

    /** From now on, it cannot tell how its peers are. */
    void failWith(String why) {
        failure = why;
    }

    private void talk() {
        long begun = System.nanoTime();
        long made = 0;
        while (!isClosed) {
            long due = (long) ((System.nanoTime() - begun) / 1e9 * rate);
            var flows = new ArrayList<Flow>();
            for (; made < due; made += 2) {
                say(flows);
            }
            synchronized (recent) {
                recent.addAll(flows);
                while (recent.size() > MOST_RECENT) {
                    recent.removeFirst();
                }
            }
            listeners.forEach(listener -> listener.accept(flows));
            LockSupport.parkNanos(50_000_000);
        }
    }

    private void say(List<Flow> flows) {
        String[] talk = talks.get(random.nextInt(talks.size()));
        String id = "00000000000000aa-" + ++sequence;
        boolean fails = random.nextInt(50) == 0;
        long nanos = 500_000 + random.nextInt(4_000_000);
        flows.add(flow("SENT", talk, id, 0, ""));
        flows.add(flow(fails ? "FAULTED" : "ANSWERED", talk, id, nanos, fails ? "no-such-thing: it is not there" : ""));
        long[] count = counts.computeIfAbsent(talk[0] + '|' + talk[1] + '|' + talk[2], key -> new long[3]);
        synchronized (count) {
            count[0]++;
            count[1] += fails ? 1 : 0;
            count[2] = nanos;
        }
    }

    private static Flow flow(String step, String[] talk, String id, long nanos, String detail) {
        var flow = new LinkedHashMap<String, Object>();
        flow.put("step", step);
        flow.put("at", Instant.now().toString());
        flow.put("peer", talk[0]);
        flow.put("channel", talk[2]);
        flow.put("style", talk[3]);
        flow.put("kind", id.endsWith("0") ? "document" : "command");
        flow.put("type", "Question");
        flow.put("id", id);
        flow.put("correlationId", "conversation-" + id.substring(17));
        flow.put("from", talk[0]);
        flow.put("to", talk[1]);
        flow.put("key", "key of " + id);
        flow.put("headers", Map.of("Came-By", id.endsWith("0") ? "Web" : "Phone"));
        flow.put("nanos", nanos);
        flow.put("elapsedNanos", nanos);
        flow.put("detail", detail);
        return Flow.from(Map.of("flow", flow)).orElseThrow();
    }

    @Override
    public String mesh() {
        return "made-up";
    }

    @Override
    public List<SeenPeer> peers() {
        return peers.stream()
                .map(peer -> !gone.contains(peer.label())
                        ? peer
                        : new SeenPeer(
                                peer.label(),
                                peer.service(),
                                peer.instance(),
                                Condition.GONE,
                                peer.since(),
                                peer.changed(),
                                peer.address(),
                                peer.channels(),
                                peer.isPassing()))
                .toList();
    }

    @Override
    public List<SeenEdge> edges() {
        double seconds = (System.currentTimeMillis() - start.toEpochMilli()) / 1000.0 + 0.001;
        var edges = new ArrayList<SeenEdge>();
        counts.forEach((key, count) -> {
            String[] parts = key.split("\\|");
            synchronized (count) {
                edges.add(new SeenEdge(
                        parts[0],
                        parts[1],
                        parts[2],
                        "request",
                        count[0],
                        count[1],
                        count[0] / seconds,
                        count[1] / seconds,
                        count[2],
                        count[2] * 3,
                        Instant.now()));
            }
        });
        return edges;
    }

    /** Says from now on that so many steps were taken and not seen. */
    void leaveOut(long steps) {
        leftOut = steps;
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    @Override
    public Runnable listen(Consumer<List<Flow>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Whether anybody listens. */
    boolean isListenedTo() {
        return !listeners.isEmpty();
    }

    @Override
    public List<Flow> recent(Predicate<Flow> wanted, int most) {
        synchronized (recent) {
            List<Flow> found = recent.stream().filter(wanted).toList();
            return found.subList(Math.max(0, found.size() - most), found.size());
        }
    }

    @Override
    public String state(String label) {
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
        return Json.write(Map.of("peer", label));
    }

    @Override
    public String story(String id) {
        return Json.write(Map.of("id", id, "flows", List.of()));
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
