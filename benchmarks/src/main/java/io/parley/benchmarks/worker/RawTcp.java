package io.parley.benchmarks.worker;

import io.parley.benchmarks.Case;
import io.parley.benchmarks.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * What TCP itself gives: a socket channel, no delay, frames with their length in front, many of them to a write and to a read; one
 * thread at each end, but where requests are paced another one that takes the answers. What goes beside the small ones has a connection
 * and threads of its own. Immutable.
 */
final class RawTcp implements Stack {

    @Override
    public Link link(Case which) {
        return new Connection(which);
    }

    @Override
    public Part responder(Case which) {
        return new Responder(which);
    }

    private static Frames frames(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Frames(channel);
    }

    private static final class Connection extends LockstepLink {

        private final boolean isBeside;
        private @Nullable Frames frames;
        /** For what does not wait for answers. */
        private @Nullable Frames others;

        Connection(Case which) {
            isBeside = which.workload() == Workload.BESIDE;
        }

        @Override
        void connect(String address) throws IOException {
            var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address));
            frames = frames(SocketChannel.open(to));
            others = isBeside ? frames(SocketChannel.open(to)) : frames;
        }

        @Override
        void put(byte[] question) throws IOException {
            open(frames).put(question);
            flushIf(isBeside, frames);
        }

        @Override
        byte[] take() throws IOException {
            return open(frames).take();
        }

        @Override
        boolean hasNext() {
            return open(frames).hasNext();
        }

        @Override
        void send(byte[] payload) throws IOException {
            open(others).put(payload);
            flushIf(isBeside, others);
        }

        /** In {@code beside}, where each connection has a thread of its own, what is put is flushed by that. */
        @Override
        void flush() throws IOException {
            flushIf(!isBeside, frames);
        }

        private static void flushIf(boolean isWanted, @Nullable Frames frames) throws IOException {
            if (isWanted) {
                open(frames).flush();
            }
        }

        /** The connection goes with the process, as a thread may wait on it. */
        @Override
        void close() {}

        private static Frames open(@Nullable Frames frames) {
            if (frames == null) {
                throw new IllegalStateException("Not connected");
            }
            return frames;
        }
    }

    private static final class Responder implements Part {

        private final Service service;
        private final Workload workload;
        private @Nullable ServerSocketChannel port;

        Responder(Case which) {
            // Of two connections only one brings what is counted.
            service = new Service(which, Tally.single());
            workload = which.workload();
        }

        private boolean isAnswered(byte[] payload) {
            return switch (workload) {
                case ONE_WAY, TRANSFER -> false;
                case BESIDE -> payload.length == Beside.SMALL;
                default -> true;
            };
        }

        @Override
        public String open() throws IOException {
            port = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var bound = (InetSocketAddress) port.getLocalAddress();
            return Integer.toString(bound.getPort());
        }

        @Override
        public void begin(String address) {
            ServerSocketChannel open = port;
            if (open == null) {
                throw new IllegalStateException("Not open");
            }
            int connections = workload == Workload.BESIDE ? 2 : 1;
            for (int i = 0; i < connections; i++) {
                var thread = new Thread(() -> serve(open), "taker");
                thread.setDaemon(true);
                thread.start();
            }
        }

        private void serve(ServerSocketChannel open) {
            try (SocketChannel channel = open.accept()) {
                Frames frames = frames(channel);
                while (true) {
                    byte[] payload = frames.take();
                    if (isAnswered(payload)) {
                        frames.put(service.answer(payload));
                        if (!frames.hasNext()) {
                            frames.flush();
                        }
                    } else {
                        service.take(payload);
                    }
                }
            } catch (IOException e) {
                // The other end is gone, or this process ends; the account at the end shows if it was too soon.
            }
        }

        @Override
        public Tally arrived() {
            return service.arrived();
        }

        @Override
        public void close() {}
    }
}
