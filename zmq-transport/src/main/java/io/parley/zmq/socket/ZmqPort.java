package io.parley.zmq.socket;

import io.parley.transport.Feed;
import io.parley.transport.FeedListener;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.Port;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A port over ZeroMQ: a bound ROUTER, a bound XPUB unless it is for bulk links, and its loop. Thread-safe where {@link Port} asks for it. */
public final class ZmqPort implements Port {

    /** What a port takes from its opening on, and a few more. */
    private static final int DESCRIPTORS = 40;

    private final IoLoop loop;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final @Nullable PublisherSocket publisher;
    private final String address;
    private final String publishAddress;

    private ZmqPort(IoLoop loop, Bound bound) {
        this.loop = loop;
        publisher = bound.publisher;
        ZmqSettings.Advertised advertised = loop.settings().advertised();
        address = told(bound.router, advertised.host(), advertised.port());
        publishAddress = publisher == null ? "" : told(publisher, advertised.host(), advertised.publishPort());
    }

    private static String told(LoopSocket bound, String host, int port) {
        return new TcpEndpoint(host, port == 0 ? bound.boundPort() : port).toString();
    }

    private record Bound(RouterSocket router, @Nullable PublisherSocket publisher) {}

    /**
     * Binds both sockets, on the thread that uses them.
     *
     * @throws TransportException if the port cannot be opened, with the cause: nothing of it is left then, neither threads nor descriptors
     */
    public static ZmqPort open(ZmqSettings settings, PortOptions options, PortListener listener) {
        try {
            Descriptors.require(DESCRIPTORS);
            return start(new IoLoop(settings, options, listener), settings);
        } catch (TransportException e) {
            throw e;
        } catch (Throwable e) {
            throw new TransportException("The port could not be opened: " + e.getMessage(), e);
        }
    }

    private static ZmqPort start(IoLoop loop, ZmqSettings settings) throws Throwable {
        var opened = new CompletableFuture<ZmqPort>();
        loop.execute(() -> {
            try {
                loop.requireWorking();
                opened.complete(new ZmqPort(loop, bind(loop, settings)));
            } catch (Throwable e) {
                opened.completeExceptionally(e);
            }
        });
        loop.start();
        try {
            return opened.join();
        } catch (CompletionException e) {
            loop.stop(Duration.ZERO);
            throw Objects.requireNonNullElse(e.getCause(), e);
        }
    }

    private static Bound bind(IoLoop loop, ZmqSettings settings) {
        RouterSocket router = loop.sockets().add(loop.context().router(), base -> new RouterSocket(loop, base));
        if (settings.isForBulk()) {
            router.bind(new TcpEndpoint(settings.bindHost(), settings.port()));
            return new Bound(router, null);
        }
        PublisherSocket publisher =
                loop.sockets().add(loop.context().publisher(), base -> new PublisherSocket(loop, base));
        router.bind(new TcpEndpoint(settings.bindHost(), settings.port()));
        publisher.bind(new TcpEndpoint(settings.bindHost(), settings.publishPort()));
        return new Bound(router, publisher);
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public String publishAddress() {
        return publishAddress;
    }

    @Override
    public String addressOnSameHost(String dialled, String told) {
        return TcpEndpoint.onHostOf(dialled, told);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean inContext() {
        return loop.inContext();
    }

    @Override
    public Link connect(String remote, LinkListener listener) {
        loop.requireContext();
        TcpEndpoint endpoint = TcpEndpoint.parse(remote);
        loop.requireWorking();
        DealerLink link = loop.sockets().add(loop.context().dealer(), base -> new DealerLink(loop, base, listener));
        begin(link, endpoint, link::onResolved);
        return link;
    }

    @Override
    public Feed openFeed(String remote, FeedListener listener) {
        loop.requireContext();
        TcpEndpoint endpoint = TcpEndpoint.parse(remote);
        loop.requireWorking();
        SubscriberFeed feed =
                loop.sockets().add(loop.context().subscriber(), base -> new SubscriberFeed(loop, base, listener));
        begin(feed, endpoint, feed::onResolved);
        return feed;
    }

    private void begin(LoopSocket socket, TcpEndpoint endpoint, Consumer<TcpEndpoint> onResolved) {
        try {
            socket.pay();
            resolve(endpoint, onResolved);
        } catch (RuntimeException e) {
            socket.close(0);
            throw e instanceof TransportException known
                    ? known
                    : new TransportException("Cannot connect to " + endpoint, e);
        }
    }

    @Override
    public void publish(byte[] frame) {
        loop.requireFrame(frame.length, loop.options().maxPublicationBytes());
        requirePublisher().publish(frame);
    }

    @Override
    public boolean publishIfRoom(byte[] frame) {
        loop.requireFrame(frame.length, loop.options().maxPublicationBytes());
        return requirePublisher().publishIfRoom(frame);
    }

    private PublisherSocket requirePublisher() {
        if (publisher == null) {
            throw new IllegalStateException("This port is for links alone");
        }
        return publisher;
    }

    @Override
    public void close(Duration limit) {
        if (inContext()) {
            throw new IllegalStateException("A port cannot be closed from its own I/O context");
        }
        if (closing.compareAndSet(false, true)) {
            loop.stop(limit);
        }
    }

    /** Asking for a host's address can block, and so is done elsewhere; JeroMQ would do it right here. */
    private void resolve(TcpEndpoint endpoint, Consumer<TcpEndpoint> onResolved) {
        if (endpoint.isLiteral()) {
            onResolved.accept(endpoint);
            return;
        }
        loop.options()
                .environment()
                .newThread("parley-resolve-" + endpoint.host(), () -> {
                    try {
                        TcpEndpoint resolved = endpoint.at(InetAddress.getByName(endpoint.host()));
                        loop.execute(() -> onResolved(endpoint, () -> onResolved.accept(resolved)));
                    } catch (UnknownHostException e) {
                        loop.execute(() -> loop.onTrouble("No address for host " + endpoint.host()));
                    }
                })
                .start();
    }

    private void onResolved(TcpEndpoint endpoint, Runnable connect) {
        try {
            connect.run();
        } catch (TransportException e) {
            loop.onTrouble("No connection to " + endpoint + ": " + e.getMessage());
        }
    }
}
