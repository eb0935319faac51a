package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Link;
import io.parley.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link Link}: it delivers frames in order and tells when it has broken. */
public interface LinkContract extends TransportSetup {

    @Test
    default void framesArriveInTheOrderTheyWereSentIn() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        List<String> sent =
                IntStream.range(0, MAX_QUEUED).mapToObj(i -> "frame " + i).toList();
        sent.forEach(frame -> assertThat(link.send(frame)).isTrue());
        assertThat(there.awaitFrames(sent.size())).isEqualTo(sent);
    }

    @Test
    default void framesTravelBothWays() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe link = here.connect(there.port().address());
        for (int i = 0; i < 100; i++) {
            link.send("ping " + i);
        }
        Await.until("all came back", () -> link.frames.size() == 100);
        assertThat(link.frames.get(99)).isEqualTo("ping 99");
    }

    @Test
    default void aPortReachesItself() {
        PortProbe self = open(create()).echoing();
        LinkProbe link = self.connect(self.port().address());
        link.send("hello me");
        Await.until("the frame went round", () -> link.frames.equals(List.of("hello me")));
    }

    @Test
    default void linksDoNotMixUpTheirFrames() {
        Transport transport = create();
        PortProbe there = open(transport).echoing();
        List<LinkProbe> links = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PortProbe here = open(transport);
            links.add(here.connect(there.port().address()));
            links.add(here.connect(there.port().address()));
        }
        for (int i = 0; i < links.size(); i++) {
            links.get(i).send("from " + i);
        }
        for (int i = 0; i < links.size(); i++) {
            LinkProbe link = links.get(i);
            Await.until("an answer", () -> !link.frames.isEmpty());
            assertThat(link.frames).containsExactly("from " + i);
        }
        assertThat(there.accepted).hasSize(links.size());
    }

    @Test
    default void aLinkIsAcceptedWithItsFirstFrameAndNotBefore() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe silent = here.connect(there.port().address());
        LinkProbe talking = here.connect(there.port().address());
        talking.send("hello");
        Await.until("the talking link is answered", () -> talking.frames.size() == 1);
        assertThat(there.accepted).hasSize(1);
        silent.send("me too");
        Await.until("the silent link is accepted", () -> there.accepted.size() == 2);
        Await.until("its frame follows", () -> there.accepted.get(1).frames.equals(List.of("me too")));
    }

    @Test
    default void aLinkMayConnectBeforeAnybodyIsBound() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        String address = first.port().address();
        first.close();
        PortProbe here = open(create());
        LinkProbe link = here.connect(address);
        assertThat(link.send("early")).isTrue();
        PortProbe there = open(fixed);
        assertThat(there.port().address()).isEqualTo(address);
        assertThat(there.awaitFrames(1)).containsExactly("early");
        assertThat(link.isDown()).isFalse();
    }

    @Test
    default void bothKindsOfLinkGoDownWhenTheOtherPortCloses() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe asked = here.connect(there.port().address());
        asked.send("one");
        LinkProbe askedBack = there.connect(here.port().address());
        askedBack.send("two");
        Await.until("both are up", () -> asked.frames.size() == 1 && here.accepted.size() == 1);
        there.close();
        Await.until("the link asked for is down", asked::isDown);
        Await.until("the link accepted is down", () -> here.accepted.get(0).isDown());
        assertThat(asked.send("three")).isFalse();
    }

    @Test
    default void framesSentBeforeAPortClosesStillArrive() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        there.awaitFrames(1);
        here.port().execute(() -> {
            for (int i = 0; i < 100; i++) {
                link.link().send(PortProbe.bytes("last " + i));
            }
        });
        here.close();
        assertThat(there.awaitFrames(101)).hasSize(101);
        Await.until("then the link is down", () -> there.accepted.get(0).isDown());
    }

    @Test
    default void closingALinkTakesTheOtherEndDown() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        there.awaitFrames(1);
        link.close();
        link.close();
        Await.until("the other end is down", () -> there.accepted.get(0).isDown());
        assertThat(link.isDown()).isFalse();
        assertThat(link.send("more")).isFalse();
    }

    @Test
    default void aClosedLinkHearsNothing() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport).echoing();
        LinkProbe closed = here.connect(there.port().address());
        LinkProbe other = here.connect(there.port().address());
        here.call(() -> {
            closed.link().send(PortProbe.bytes("hello"));
            closed.link().close();
            return true;
        });
        other.send("hello");
        Await.until("the other link is answered", () -> !other.frames.isEmpty());
        assertThat(closed.frames).isEmpty();
        assertThat(closed.downs).isEmpty();
    }

    @Test
    default void aNewLinkReachesThePortThatTookTheOldOnesPlace() {
        Transport fixed = createAtFixedAddress();
        PortProbe here = open(create());
        for (int round = 0; round < 3; round++) {
            PortProbe there = open(fixed).echoing();
            LinkProbe link = here.connect(there.port().address());
            link.send("hello");
            Await.until("an answer", () -> !link.frames.isEmpty());
            there.close();
            Await.until("the link is down", link::isDown);
        }
    }
}
