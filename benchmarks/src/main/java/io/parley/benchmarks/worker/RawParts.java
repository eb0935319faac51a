package io.parley.benchmarks.worker;

import io.parley.benchmarks.Case;
import io.parley.benchmarks.Workload;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Socket;

/**
 * JeroMQ's sockets, used the way somebody would who knows them: one thread to a socket, one frame to a message, high-water
 * marks that nothing in flight comes near, a ROUTER that does not drop in silence. At one-way messages the marks are what holds
 * the sender back.
 */
final class RawParts {

    private static final int HIGH_WATER = 100_000;

    private RawParts() {}

    static Part of(boolean initiates, Case which) {
        if (initiates) {
            return switch (which.workload()) {
                case ROUND_TRIP -> new RoundTrips(which.size());
                case REQUESTS -> new Requests(which.size(), which.inFlight());
                case ONE_WAY -> new Pushes(which.size());
                case PUBLISH -> new Publishes(which.size());
            };
        }
        return switch (which.workload()) {
            case ROUND_TRIP, REQUESTS -> new Router();
            case ONE_WAY -> new Pull();
            case PUBLISH -> new Subscribers();
        };
    }

    private static Socket socket(ZContext context, SocketType type) {
        Socket socket = context.createSocket(type);
        socket.setHWM(HIGH_WATER);
        socket.setLinger(0);
        return socket;
    }

    private static String bind(Socket socket) {
        int port = socket.bindToRandomPort("tcp://127.0.0.1");
        return "tcp://127.0.0.1:" + port;
    }

    private abstract static class Initiator extends InitiatingPart {

        private final ZContext context = new ZContext();
        final Socket socket;

        Initiator(int size, SocketType type) {
            super(size, Tally.single());
            socket = socket(context, type);
        }

        @Override
        public String open() {
            return "-";
        }

        @Override
        public void begin(String address) throws Exception {
            socket.connect(address);
            super.begin(address);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    private static final class RoundTrips extends Initiator {

        RoundTrips(int size) {
            super(size, SocketType.DEALER);
        }

        @Override
        void work() {
            while (!isStopped()) {
                long number = next();
                byte[] question = Payloads.make(size, number);
                long start = System.nanoTime();
                socket.send(question);
                byte[] answer = socket.recv();
                took(System.nanoTime() - start);
                Payloads.require(answer, size, number);
                arrived().add(number);
            }
        }
    }

    private static final class Requests extends Initiator {

        private final int inFlight;

        Requests(int size, int inFlight) {
            super(size, SocketType.DEALER);
            this.inFlight = inFlight;
        }

        @Override
        void work() {
            int outstanding = 0;
            while (!isStopped() || outstanding > 0) {
                while (outstanding < inFlight && !isStopped()) {
                    socket.send(Payloads.make(size, next()));
                    outstanding++;
                }
                if (outstanding == 0) {
                    return;
                }
                arrived().add(Payloads.number(socket.recv()));
                outstanding--;
            }
        }
    }

    private static final class Pushes extends Initiator {

        Pushes(int size) {
            super(size, SocketType.PUSH);
        }

        @Override
        void work() {
            while (!isStopped()) {
                socket.send(Payloads.make(size, next()));
            }
        }
    }

    private static final class Publishes extends Initiator {

        Publishes(int size) {
            super(size, SocketType.XPUB);
            socket.setXpubNoDrop(true);
            // So that it hears of each subscriber, though they all want the same.
            socket.setXpubVerbose(true);
        }

        @Override
        public String open() {
            return bind(socket);
        }

        @Override
        public void begin(String address) throws Exception {
            for (int i = 0; i < Workload.SUBSCRIBERS; i++) {
                socket.recv();
            }
            startWork();
        }

        @Override
        void work() {
            while (!isStopped()) {
                socket.send(Payloads.make(size, next()));
            }
        }
    }

    /** A part with threads that each own a socket and take what comes, until the process ends. */
    private abstract static class Taker implements Part {

        final ZContext context = new ZContext();
        private final Tally arrived;

        Taker(Tally arrived) {
            this.arrived = arrived;
        }

        @Override
        public final Tally arrived() {
            return arrived;
        }

        final void run(Runnable loop) {
            var thread = new Thread(loop, "taker");
            thread.setDaemon(true);
            thread.start();
        }

        /** The sockets belong to threads that wait on them; they go with the process. */
        @Override
        public final void close() {}
    }

    private static final class Router extends Taker {

        private final Socket socket = socket(context, SocketType.ROUTER);

        Router() {
            super(Tally.single());
            socket.setRouterMandatory(true);
        }

        @Override
        public String open() {
            return bind(socket);
        }

        @Override
        public void begin(String address) {
            run(() -> {
                while (true) {
                    byte[] identity = socket.recv();
                    byte[] question = socket.recv();
                    arrived().add(Payloads.number(question));
                    socket.send(identity, ZMQ.SNDMORE);
                    socket.send(question);
                }
            });
        }
    }

    private static final class Pull extends Taker {

        private final Socket socket = socket(context, SocketType.PULL);

        Pull() {
            super(Tally.single());
        }

        @Override
        public String open() {
            return bind(socket);
        }

        @Override
        public void begin(String address) {
            run(() -> {
                while (true) {
                    arrived().add(Payloads.number(socket.recv()));
                }
            });
        }
    }

    private static final class Subscribers extends Taker {

        private final List<Socket> sockets = new ArrayList<>();

        Subscribers() {
            super(Tally.shared());
            for (int i = 0; i < Workload.SUBSCRIBERS; i++) {
                sockets.add(socket(context, SocketType.SUB));
            }
        }

        @Override
        public String open() {
            return "-";
        }

        @Override
        public void begin(String address) {
            for (Socket socket : sockets) {
                socket.connect(address);
                socket.subscribe("");
                run(() -> {
                    while (true) {
                        arrived().add(Payloads.number(socket.recv()));
                    }
                });
            }
        }
    }
}
