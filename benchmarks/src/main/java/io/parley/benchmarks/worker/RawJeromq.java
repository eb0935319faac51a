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
 * the sender back. Paced requests go and come on sockets of their own, PUSH to PULL either way, since one thread has to send in
 * time while another waits for answers. Immutable.
 */
final class RawJeromq implements Stack {

    private static final int HIGH_WATER = 100_000;
    /** Large messages are held back sooner, so that they fit into the heap. */
    private static final int HIGH_WATER_BYTES = 128 << 20;

    @Override
    public Link link(Case which) {
        return new Sockets(which);
    }

    @Override
    public Part responder(Case which) {
        return switch (which.workload()) {
            case ROUND_TRIP, REQUESTS, RECORDS -> new Router(which);
            case PACED -> new Turner(which);
            case ONE_WAY, TRANSFER -> new Pull(which);
            case PUBLISH -> new Subscribers(which);
            case BESIDE -> throw new IllegalArgumentException("Not for raw sockets");
        };
    }

    private static Socket socket(ZContext context, SocketType type, int size) {
        Socket socket = context.createSocket(type);
        socket.setHWM(Math.max(2, Math.min(HIGH_WATER, HIGH_WATER_BYTES / size)));
        socket.setLinger(0);
        return socket;
    }

    private static String bind(Socket socket) {
        int port = socket.bindToRandomPort("tcp://127.0.0.1");
        return "tcp://127.0.0.1:" + port;
    }

    private static final class Sockets extends LockstepLink {

        private final Case which;
        /** What goes; and where nothing else is said, what comes. */
        private final Socket out;

        private final Socket in;

        Sockets(Case which) {
            this.which = which;
            var context = new ZContext();
            out = socket(
                    context,
                    switch (which.workload()) {
                        case ONE_WAY, TRANSFER, PACED -> SocketType.PUSH;
                        case PUBLISH -> SocketType.XPUB;
                        default -> SocketType.DEALER;
                    },
                    which.size());
            in = which.workload() == Workload.PACED ? socket(context, SocketType.PULL, which.size()) : out;
            if (which.workload() == Workload.PUBLISH) {
                out.setXpubNoDrop(true);
                // So that it hears of each subscriber, though they all want the same.
                out.setXpubVerbose(true);
            }
        }

        @Override
        String open() {
            return switch (which.workload()) {
                case PUBLISH -> bind(out);
                case PACED -> bind(in);
                default -> "-";
            };
        }

        @Override
        void connect(String address) {
            if (which.workload() != Workload.PUBLISH) {
                out.connect(address);
                return;
            }
            for (int i = 0; i < which.load(); i++) {
                out.recv();
            }
        }

        @Override
        void put(byte[] question) {
            out.send(question);
        }

        @Override
        byte[] take() {
            return in.recv();
        }

        /** It is told one by one. */
        @Override
        boolean hasNext() {
            return false;
        }

        @Override
        void send(byte[] payload) {
            out.send(payload);
        }

        @Override
        void publish(byte[] event) {
            out.send(event);
        }

        /** The sockets go with the process, as a thread may wait on one. */
        @Override
        void close() {}
    }

    /** A part with threads that each own a socket and take what comes, until the process ends. */
    private abstract static class Taker implements Part {

        final ZContext context = new ZContext();
        final Service service;

        Taker(Case which, Tally arrived) {
            service = new Service(which, arrived);
        }

        @Override
        public final Tally arrived() {
            return service.arrived();
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

        private final Socket socket;

        Router(Case which) {
            super(which, Tally.single());
            socket = socket(context, SocketType.ROUTER, which.size());
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
                    socket.send(identity, ZMQ.SNDMORE);
                    socket.send(service.answer(question));
                }
            });
        }
    }

    /** Turns around what comes on one socket and sends it on another. */
    private static final class Turner extends Taker {

        private final Socket in;
        private final Socket out;

        Turner(Case which) {
            super(which, Tally.single());
            in = socket(context, SocketType.PULL, which.size());
            out = socket(context, SocketType.PUSH, which.size());
        }

        @Override
        public String open() {
            return bind(in);
        }

        @Override
        public void begin(String address) {
            out.connect(address);
            run(() -> {
                while (true) {
                    out.send(service.answer(in.recv()));
                }
            });
        }
    }

    private static final class Pull extends Taker {

        private final Socket socket;

        Pull(Case which) {
            super(which, Tally.single());
            socket = socket(context, SocketType.PULL, which.size());
        }

        @Override
        public String open() {
            return bind(socket);
        }

        @Override
        public void begin(String address) {
            run(() -> {
                while (true) {
                    service.take(socket.recv());
                }
            });
        }
    }

    private static final class Subscribers extends Taker {

        private final List<Socket> sockets = new ArrayList<>();

        Subscribers(Case which) {
            super(which, Tally.shared());
            for (int i = 0; i < which.load(); i++) {
                sockets.add(socket(context, SocketType.SUB, which.size()));
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
                        service.take(socket.recv());
                    }
                });
            }
        }
    }
}
