package io.parley.benchmarks.worker;

import io.grpc.ManagedChannel;
import io.netty.channel.Channel;
import io.parley.benchmarks.Contender;
import io.parley.benchmarks.Versions;
import io.rsocket.RSocket;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.netty.Connection;

/** Provides gRPC, Vert.x and RSocket. Immutable. */
public final class Libraries extends ForeignStacks {

    @Override
    Stack of(Contender contender) {
        return switch (contender) {
            case GRPC, GRPC_DEFAULT -> new Grpc(contender);
            case VERTX -> new VertxBus();
            case RSOCKET -> new Rsocket();
            default -> throw new IllegalArgumentException(contender + " runs on no other library");
        };
    }

    @Override
    public Map<String, String> versions(Contender contender) {
        var versions = new LinkedHashMap<String, String>();
        switch (contender) {
            case GRPC, GRPC_DEFAULT -> versions.put("gRPC", Versions.ofJarWith(ManagedChannel.class));
            case VERTX -> {
                versions.put("Vert.x", Versions.ofJarWith(Vertx.class));
                versions.put("Netty", Versions.ofJarWith(Channel.class));
            }
            case RSOCKET -> {
                versions.put("RSocket", Versions.ofJarWith(RSocket.class));
                versions.put("Reactor Netty", Versions.ofJarWith(Connection.class));
                versions.put("Netty", Versions.ofJarWith(Channel.class));
            }
            default -> {
                // Nothing of others.
            }
        }
        return versions;
    }
}
