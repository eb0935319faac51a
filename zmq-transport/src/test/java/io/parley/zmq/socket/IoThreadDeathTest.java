package io.parley.zmq.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import io.parley.testkit.Await;
import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.PortListener;
import io.parley.transport.PortOptions;
import io.parley.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import zmq.SocketBase;
import zmq.ZMQ;

/** A thread of JeroMQ's that dies, from lack of memory for instance, tells nobody and leaves {@code term} hanging. */
class IoThreadDeathTest {

    @Test
    void isAFailureOfThePortAndDoesNotKeepItFromClosing() {
        var failures = new CopyOnWriteArrayList<Throwable>();
        var downs = new CopyOnWriteArrayList<String>();
        var settings = new ZmqSettings(
                "127.0.0.1",
                new ZmqSettings.Advertised("127.0.0.1", 0, 0, 0),
                0,
                0,
                0,
                8192,
                100,
                Duration.ZERO,
                Duration.ZERO);
        var options = new PortOptions("dying", Environment.system(), 1024, 10);
        var loop = new IoLoop(settings, options, new Recorder(failures));
        loop.execute(() -> {
            RouterSocket router = loop.sockets().add(loop.context().router(), base -> new RouterSocket(loop, base));
            router.bind(new TcpEndpoint("127.0.0.1", 0));
            DealerLink link = loop.sockets()
                    .add(loop.context().dealer(), base -> new DealerLink(loop, base, new DownRecorder(downs)));
            link.onResolved(new TcpEndpoint("127.0.0.1", router.boundPort()));
            killIoThread(loop, new TcpEndpoint("127.0.0.1", router.boundPort()));
        });
        loop.start();
        Await.until("the port has failed", () -> !failures.isEmpty());
        assertThat(failures).hasSize(1).first().isInstanceOf(TransportException.class);
        assertThat(failures.get(0)).hasRootCauseMessage("on purpose");
        Await.until("the link is down", () -> downs.size() == 1);
        var ran = new AtomicBoolean();
        loop.execute(() -> ran.set(true));
        Await.until("tasks still run", ran::get);
        loop.stop(Duration.ofMillis(100));
        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("dying")));
    }

    private static void killIoThread(IoLoop loop, TcpEndpoint somewhere) {
        SocketBase poison = loop.context().subscriber();
        loop.sockets().add(poison, base -> new SubscriberFeed(loop, base, frame -> {}));
        poison.setEventHook(
                event -> {
                    throw new AssertionError("on purpose");
                },
                ZMQ.ZMQ_EVENT_CONNECTED);
        poison.connect(somewhere.toString());
    }

    private record Recorder(List<Throwable> failures) implements PortListener {

        @Override
        public LinkListener onAccepted(Link link) {
            throw new AssertionError("Nobody sends");
        }

        @Override
        public void onSubscribed(byte[] prefix) {}

        @Override
        public void onUnsubscribed(byte[] prefix) {}

        @Override
        public void onTrouble(String what) {}

        @Override
        public void onFailure(Throwable cause) {
            failures.add(cause);
        }
    }

    private record DownRecorder(List<String> downs) implements LinkListener {

        @Override
        public void onFrame(byte[] frame) {}

        @Override
        public void onWritable() {}

        @Override
        public void onDown(String reason) {
            downs.add(reason);
        }
    }
}
