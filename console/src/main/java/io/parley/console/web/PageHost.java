package io.parley.console.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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

    private static final int MOST_THREADS = Streams.MOST + 16;
    private static final int MOST_WAITING = 64;

    static {
        // How the JDK's server is told; a value that somebody has set stays. Seconds for a request to arrive; its size;
        // connections.
        setIfAbsent("sun.net.httpserver.maxReqTime", "20");
        setIfAbsent("sun.net.httpserver.maxReqHeaders", "64");
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("jdk.httpserver.maxConnections", "256");
    }

    private final Settings settings;
    private final HttpServer http;
    private final ExecutorService threads;
    private final Streams streams;

    private PageHost(Settings settings, HttpServer http, Sight sight, Trials trials, long patienceNanos) {
        this.settings = settings;
        this.http = http;
        var count = new AtomicInteger();
        // No queue: a thread at once, or the connection is given up.
        threads = new ThreadPoolExecutor(0, MOST_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            var thread = new Thread(task, "page-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        var history = new History();
        streams = new Streams(sight, history, patienceNanos);
        var guard = new Guard(settings.token(), settings.names());
        var routes = new Routes(sight, trials, history, streams);
        http.createContext("/", exchange -> answer(guard, routes, exchange));
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
    public static PageHost open(Settings settings, Sight sight, Trials trials) throws IOException {
        return open(settings, sight, trials, Streams.PATIENCE_NANOS);
    }

    /** @param patienceNanos how long a browser that looks on may not read what is written to it */
    static PageHost open(Settings settings, Sight sight, Trials trials, long patienceNanos) throws IOException {
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
        var host = new PageHost(settings, http, sight, trials, patienceNanos);
        http.start();
        return host;
    }

    /** What to open in a browser, token included. */
    public String address() {
        InetAddress bind = settings.bind();
        String name =
                bind.isLoopbackAddress() ? "localhost" : bind.isAnyLocalAddress() ? ownName() : bind.getHostAddress();
        String host = name.indexOf(':') >= 0 ? '[' + name + ']' : name;
        return "http://" + host + ':' + http.getAddress().getPort() + '/'
                + settings.token().map(token -> "?token=" + token).orElse("");
    }

    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (IOException e) {
            return "localhost";
        }
    }

    private static void answer(Guard guard, Routes routes, HttpExchange http) throws IOException {
        try (http) {
            var exchange = new Exchange(http);
            try {
                if (guard.admit(http)) {
                    exchange.redirect(exchange.path());
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
                        .log(System.Logger.Level.WARNING, exchange.method() + " " + exchange.path() + " failed", e);
                exchange.problem(new ProblemException(500, "failed", "That failed here; the log tells why."));
            }
        }
    }

    /** Lets go of all browsers. */
    @Override
    public void close() {
        streams.close();
        http.stop(0);
        threads.shutdownNow();
    }
}
