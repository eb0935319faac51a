package io.parley.zmq.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * What keeps this transport from letting JeroMQ's XPUB decide on subscriptions by itself (its manual mode), and is likely to be met by whoever
 * tries again. A test that fails tells of a JeroMQ that has been mended.
 */
class JeroMqFaultsTest {

    private static final String ADDRESS = "inproc://xpub";

    private final ZContext context = new ZContext();
    private ZMQ.Socket publisher;
    private ZMQ.Socket one;
    private ZMQ.Socket other;

    @BeforeEach
    void connect() {
        publisher = context.createSocket(SocketType.XPUB);
        publisher.setXpubManual(true);
        publisher.bind(ADDRESS);
        one = context.createSocket(SocketType.SUB);
        one.connect(ADDRESS);
        other = context.createSocket(SocketType.SUB);
        other.connect(ADDRESS);
    }

    @AfterEach
    void close() {
        context.close();
    }

    private void readSubscription() {
        Await.until("a subscription", () -> publisher.recv(ZMQ.DONTWAIT) != null);
    }

    @Test
    void firstOctetOfWhatIsAppliedByHandIsLost() {
        one.subscribe("news");
        one.subscribe("ews");
        readSubscription();
        readSubscription();
        publisher.subscribe("news".getBytes(US_ASCII));
        publisher.send("news of the day");
        publisher.send("ews of the day");
        Await.until("something arrives", () -> "ews of the day".equals(one.recvStr(ZMQ.DONTWAIT)));
    }

    @Test
    void whatIsAppliedByHandGoesToWhoeverWasReadLast() {
        one.subscribe("a");
        Await.until("the first subscription has arrived", () -> (publisher.getEvents() & ZMQ.Poller.POLLIN) != 0);
        other.subscribe("a");
        readSubscription();
        readSubscription();
        publisher.subscribe("?a".getBytes(US_ASCII));
        publisher.send("a b c");
        Await.until("the other one gets it", () -> "a b c".equals(other.recvStr(ZMQ.DONTWAIT)));
        assertThat(one.recvStr(ZMQ.DONTWAIT)).isNull();
    }

    @Test
    void subscriberDropsWhatItDidNotSubscribeToItself() {
        one.subscribe("ticket");
        readSubscription();
        publisher.subscribe("?news".getBytes(US_ASCII));
        publisher.send("news of the day");
        publisher.subscribe("?ticket".getBytes(US_ASCII));
        publisher.send("ticket please");
        Await.until("only the second arrives", () -> "ticket please".equals(one.recvStr(ZMQ.DONTWAIT)));
    }
}
