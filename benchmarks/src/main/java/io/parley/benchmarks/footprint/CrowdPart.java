package io.parley.benchmarks.footprint;

import io.parley.Peer;
import io.parley.benchmarks.lab.Answer;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Many peers in one process, for a {@link SinglePart} in another to link to, or that link to it. They look for others seldom, so as
 * to leave the processor to the one that is measured. One command:
 *
 * <ul>
 *   <li>{@code add N} - once that many more are open, and linked if it is them who link
 * </ul>
 *
 * <p>Confined to one thread.
 */
final class CrowdPart implements Part {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);

    private final Path mesh;
    private final int bufferBytes;
    private final boolean dials;

    CrowdPart(Path mesh, int bufferBytes, boolean dials) {
        this.mesh = mesh;
        this.bufferBytes = bufferBytes;
        this.dials = dials;
    }

    @Override
    public Answer answer(String[] command) throws InterruptedException {
        if (!command[0].equals("add")) {
            throw new IllegalArgumentException("Unknown command " + command[0]);
        }
        List<Peer> added = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(command[1]); i++) {
            added.add(open());
        }
        if (dials) {
            for (Peer peer : added) {
                if (!peer.awaitReachable(Channels.LEAF_ECHO, PATIENCE)) {
                    throw new IllegalStateException(Channels.LEAF_ECHO.name() + " is not reachable");
                }
            }
        }
        return new Answer("add");
    }

    /** Lives as long as the process. */
    private Peer open() {
        Peer peer = Peer.named(dials ? "asker" : Channels.LEAF)
                .transport(ZmqTransport.builder().bufferBytes(bufferBytes).build())
                .discovery(LocalDirectoryDiscovery.at(mesh).pollInterval(POLL_INTERVAL))
                .open();
        if (!dials) {
            peer.reply(Channels.LEAF_ECHO, request -> request.payload());
        }
        return peer;
    }
}
