package io.parley.console;

import io.parley.DeadLetter;
import io.parley.DeadLetterChannel;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.console.observe.DepartureTracker;
import io.parley.console.observe.ObservedPeer;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.discovery.Discovery;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Option;

/** What all commands share that take part in a mesh. Confined to one thread. */
abstract class MeshCommand implements Callable<Integer> {

    /** The service that commands are instances of which need not be of another one. */
    static final String SERVICE = "console";

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    @Option(
            names = "--mesh",
            paramLabel = "NAME",
            defaultValue = "${env:PARLEY_MESH:-default}",
            description = {
                "The mesh to take part in: a name, or a directory if there is a / in it.",
                "Default: $PARLEY_MESH, else \"default\"."
            })
    String mesh = "default";

    @Option(
            names = "--discovery",
            paramLabel = "WHERE",
            defaultValue = "${env:PARLEY_DISCOVERY:-local}",
            description = {
                "Where to look for peers: local, consul or consul=URL. A token is taken from",
                "CONSUL_HTTP_TOKEN, and so on. Or at=HOST:PORT[,HOST:PORT...]: peers of any service",
                "at these addresses, with no registry. Default: $PARLEY_DISCOVERY, else \"local\"."
            })
    String discovery = DiscoveryChoice.LOCAL;

    @Option(names = "--json", description = "Write JSON lines.")
    boolean isJson;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell more, stack traces included.")
    boolean isVerbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelpWanted;

    final Terminal terminal;
    final Stop stop;
    /** Of the peers that this command opens. */
    final DepartureTracker departures = new DepartureTracker();

    MeshCommand(Terminal terminal, Stop stop) {
        this.terminal = terminal;
        this.stop = stop;
    }

    final Discovery discovery() {
        return choice().open(mesh);
    }

    /** What people call the mesh. */
    final String describeMesh() {
        return choice().describe(mesh);
    }

    /** Whether peers are known only by addresses that were given. */
    final boolean hasNoRegistry() {
        return choice().isFixed();
    }

    final DiscoveryChoice choice() {
        return DiscoveryChoice.of(discovery, System.getenv());
    }

    /** What a peer says of itself that is there only for a while, to look or to try something. */
    static PeerBuilder passing(PeerBuilder builder) {
        return builder.metadata(Map.of(ObservedPeer.PASSING, "true")).closeTimeout(CLOSE_LIMIT);
    }

    /**
     * Opens an instance of {@code service} that lives as long as the command. Where there is no registry, routers are asked to announce it, if it
     * has something to offer.
     */
    final Peer openPassing(String service, DeadLetterChannel deadLetters) {
        String name = "cli-"
                + HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());
        PeerBuilder builder = passing(builder(service))
                .instance(name)
                .flowTap(departures)
                .onDeadLetter(letter -> onDeadLetter(letter, deadLetters));
        if (hasNoRegistry()) {
            builder.announceToRouters(RouterCommand.SERVICE);
        }
        Peer peer = open(builder);
        stop.onRequest(peer::close);
        return peer;
    }

    private void onDeadLetter(DeadLetter letter, DeadLetterChannel others) {
        if (letter.channel().owner().equals(RouterCommand.SERVICE)) {
            terminal.complain("parley: nobody is told that this peer is there: "
                    + letter.cause().getMessage());
        } else {
            others.onDeadLetter(letter);
        }
    }

    /** Opens a peer that looks at the others, and has nothing to tell of itself. */
    final Peer openObserving() {
        String name = "cli-"
                + HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());
        Peer peer = open(
                passing(builder(SERVICE)).instance(name).flowTap(departures).flightRecorder(0));
        stop.onRequest(peer::close);
        return peer;
    }

    /** Opens a peer without which the command cannot go on. */
    final Peer open(PeerBuilder builder) {
        return watched(builder.open(), stop);
    }

    /** Has the command end, with a code that says so, if {@code peer} closes by itself. */
    static Peer watched(Peer peer, Stop stop) {
        peer.whenClosed().whenComplete((nothing, failure) -> {
            if (failure != null) {
                stop.fail(String.valueOf(failure.getMessage()));
            }
        });
        return peer;
    }

    final PeerBuilder builder(String service) {
        return builder(service, discovery());
    }

    final PeerBuilder builder(String service, Discovery discovery) {
        return Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(discovery)
                .onError(this::onError);
    }

    private void onError(String what, Throwable cause) {
        if (isVerbose || !stop.isRequested()) {
            String why = String.valueOf(cause.getMessage());
            terminal.complain("parley: " + (what.contains(why) ? what : what + ": " + why));
        }
    }

    /** Says something that is not a result. */
    final void note(String text) {
        terminal.say(terminal.paint(text, Terminal.Ink.DIM));
    }
}
