package io.parley.console.browser;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.zmq.ZmqTransport;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A peer that takes every request and answers none, in a process that can be killed. */
final class HoldingPeer {

    static final RequestChannel<String, String> HOLD =
            PointToPointChannel.of("holder/hold", String.class).withReply(String.class);

    private HoldingPeer() {}

    /** @param arguments the directory of the mesh, and the instance's name */
    public static void main(String[] arguments) throws Exception {
        try (Peer peer = Peer.named("holder")
                .instance(arguments[1])
                .transport(ZmqTransport.create())
                .discovery(LocalDirectoryDiscovery.at(Path.of(arguments[0])))
                .open()) {
            peer.replyAsync(HOLD, request -> new CompletableFuture<>());
            System.out.println("up");
            // Whoever started it ends it, or ends.
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
