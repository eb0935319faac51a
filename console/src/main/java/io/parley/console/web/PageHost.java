package io.parley.console.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The page, open to browsers at an address until it is closed. Thread-safe. */
public final class PageHost implements AutoCloseable {

    /**
     * Where the page is, and for whom. Immutable.
     *
     * @param bind the address to listen at
     * @param port the port; 0 for any that is free
     * @param isAnyPortFine whether another one will do if that is taken
     * @param token what browsers have to show; empty if nothing
     * @param names under which browsers may ask for this machine, besides its addresses and {@code localhost}
     */
    public record Settings(
            InetAddress bind, int port, boolean isAnyPortFine, Optional<String> token, Set<String> names) {

        public Settings {
            names = Set.copyOf(names);
            if (!bind.isLoopbackAddress() && token.isEmpty()) {
                throw new IllegalArgumentException("Whoever can be reached from elsewhere needs a token");
            }
        }
    }

    /** As many threads as well: a connection that is slow then keeps nobody else from being answered. */
    static final int MOST_CONNECTIONS = 512;

    private static final int MOST_WAITING = 64;

    static {
        // How the JDK's server is told; a value that somebody has set stays. Seconds for a request to arrive, which
        // holds
        // too where not even its first byte does; its size; connections.
        setIfAbsent("sun.net.httpserver.maxReqTime", Long.toString(PageThreads.ARRIVAL.toSeconds()));
        setIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("jdk.httpserver.maxConnections", Integer.toString(MOST_CONNECTIONS));
    }

    private final Settings settings;
    private final HttpServer http;
    private final PageThreads threads;
    private final Streams streams;

    private PageHost(Settings settings, HttpServer http, PageThreads threads, MeshModel model, Trials trials) {
        this.settings = settings;
        this.http = http;
        this.threads = threads;
        var history = new History();
        streams = new Streams(model, history);
        var guard = new RequestFilter(
                settings.token(), settings.names(), http.getAddress().getPort());
        var routes = new Routes(model, trials, history, streams);
        http.createContext("/", exchange -> answer(guard, routes, new Exchange(exchange, threads.turn())));
        http.setExecutor(threads);
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /**
     * Opens the page.
     *
     * @throws IOException if the address cannot be listened at
     */
    public static PageHost open(Settings settings, MeshModel model, Trials trials) throws IOException {
        return open(settings, model, trials, () -> new PageThreads(MOST_CONNECTIONS));
    }

    static PageHost open(Settings settings, MeshModel model, Trials trials, Supplier<PageThreads> threads)
            throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(settings.bind(), settings.port()), MOST_WAITING);
        } catch (BindException e) {
            if (!settings.isAnyPortFine()) {
                throw new IOException(
                        "Port " + settings.port() + " of " + settings.bind().getHostAddress() + " cannot be had: "
                                + e.getMessage(),
                        e);
            }
            http = HttpServer.create(new InetSocketAddress(settings.bind(), 0), MOST_WAITING);
        }
        var host = new PageHost(settings, http, threads.get(), model, trials);
        http.start();
        return host;
    }

    /** What to open in a browser, token included; one of several if all of this machine's addresses are listened at. */
    public String address() {
        return addresses().get(0);
    }

    /** All that can be opened in a browser, token included: one for each address of this machine that is listened at. */
    public List<String> addresses() {
        InetAddress bind = settings.bind();
        List<String> names = bind.isLoopbackAddress()
                ? List.of("localhost")
                : bind.isAnyLocalAddress() ? OwnAddresses.reachable() : List.of(bind.getHostAddress());
        return names.stream()
                .map(name -> "http://" + (name.indexOf(':') >= 0 ? '[' + name + ']' : name) + ':'
                        + http.getAddress().getPort() + '/'
                        + settings.token().map(token -> "?token=" + token).orElse(""))
                .toList();
    }

    private static void answer(RequestFilter guard, Routes routes, Exchange exchange) throws IOException {
        try (HttpExchange http = exchange.http()) {
            try {
                if (guard.admit(http)) {
                    exchange.redirect(exchange.rawPath());
                    return;
                }
                guard.check(http);
                routes.answer(exchange);
            } catch (ProblemException e) {
                exchange.problem(e);
            } catch (InterruptedException e) {
                exchange.problem(new ProblemException(503, "closing", "The page is being closed."));
            } catch (RuntimeException e) {
                System.getLogger(PageHost.class.getName())
                        .log(System.Logger.Level.WARNING, exchange.rawPath() + " failed", e);
                exchange.problem(new ProblemException(500, "failed", "That failed here; the log tells why."));
            }
        }
    }

    /** Lets go of all browsers. */
    @Override
    public void close() {
        streams.close();
        http.stop(0);
        threads.close();
    }
}
