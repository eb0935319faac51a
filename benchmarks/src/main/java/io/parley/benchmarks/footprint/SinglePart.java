package io.parley.benchmarks.footprint;

import io.parley.Peer;
import io.parley.benchmarks.lab.Answer;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One peer, with everything at its default but the size of buffers, that links to all leaves or is the leaf to which others
 * link. Commands:
 *
 * <ul>
 *   <li>{@code open}
 *   <li>{@code links N} - once the peer has that many, which it asked for
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class SinglePart implements Part {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Path mesh;
    private final int bufferBytes;
    private final boolean dials;
    private @Nullable Peer peer;

    SinglePart(Path mesh, int bufferBytes, boolean dials) {
        this.mesh = mesh;
        this.bufferBytes = bufferBytes;
        this.dials = dials;
    }

    @Override
    public Answer answer(String[] command) throws InterruptedException {
        switch (command[0]) {
            case "open" -> open();
            case "links" -> awaitLinks(Integer.parseInt(command[1]));
            default -> throw new IllegalArgumentException("Unknown command " + command[0]);
        }
        return new Answer(command[0]);
    }

    private void open() {
        Peer opened = Peer.named(dials ? "hub" : Channels.LEAF)
                .transport(ZmqTransport.builder().bufferBytes(bufferBytes).build())
                .discovery(LocalDirectoryDiscovery.at(mesh))
                .open();
        if (!dials) {
            opened.reply(Channels.LEAF_ECHO, request -> request.payload());
        }
        peer = opened;
    }

    private void awaitLinks(int number) throws InterruptedException {
        if (peer == null) {
            throw new IllegalStateException("Not open");
        }
        if (!peer.awaitReachable(Channels.LEAF_ECHO, PATIENCE)) {
            throw new IllegalStateException(Channels.LEAF_ECHO.name() + " is not reachable");
        }
        long start = System.nanoTime();
        while (peer.counters().linksUp() != number) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException(peer.counters().linksUp() + " links instead of " + number + " after "
                        + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }
}
