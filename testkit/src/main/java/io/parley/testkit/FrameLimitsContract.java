package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testkit.PortProbe.FeedProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import io.parley.transport.Port;
import io.parley.transport.Transport;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The contract of every {@link Transport} about its bounds: the size of a frame, and the number of frames that a link queues. */
public interface FrameLimitsContract extends TransportSetup {

    @Test
    default void theLargestFramePassesAndALargerOneIsRefused() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        FeedProbe feed = here.follow(there.port().publishAddress(), "");
        assertThat(link.send(new byte[Port.MAX_FIRST_FRAME_BYTES])).isTrue();
        assertThat(link.send(new byte[MAX_FRAME])).isTrue();
        Await.until(
                "the largest arrives",
                () -> there.accepted.size() == 1
                        && there.accepted.get(0).received.get() == 2);
        assertThatThrownBy(() -> link.send(new byte[MAX_FRAME + 1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> link.send(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        Await.until("subscribed", () -> there.subscribed.size() == 1);
        assertThatThrownBy(() -> publishNow(there, new byte[MAX_FRAME + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> publishNow(there, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        publishNow(there, new byte[MAX_FRAME]);
        Await.until("the largest is published", () -> feed.frames.size() == 1);
        assertThat(link.send("small")).isTrue();
        Await.until("the link still works", () -> there.accepted.get(0).frames.equals(List.of("small")));
    }

    private static void publishNow(PortProbe probe, byte[] frame) {
        probe.call(() -> {
            probe.port().publish(frame);
            return true;
        });
    }

    @Test
    default void aLinkNobodyAnswersTakesFramesUpToABound() {
        Transport fixed = createAtFixedAddress();
        PortProbe first = open(fixed);
        String address = first.port().address();
        first.close();
        LinkProbe link = open(create()).connect(address);
        int taken = 0;
        while (taken <= 4 * MAX_QUEUED && link.send("frame " + taken)) {
            taken++;
        }
        assertThat(taken).isBetween(MAX_QUEUED, 2 * MAX_QUEUED);
        PortProbe there = open(fixed);
        Await.until("there is room again", () -> link.writable.get() > 0);
        assertThat(there.awaitFrames(taken)).hasSize(taken).last().isEqualTo("frame " + (taken - 1));
    }

    @Test
    default void aLinkThatIsFullSaysSoAndLaterThatItIsNot() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        Await.until("connected", () -> there.accepted.size() == 1);
        assertPressureHoldsBack(link, there.accepted.get(0), there);
    }

    @Test
    default void anAcceptedLinkThatIsFullSaysSoAndLaterThatItIsNot() {
        Transport transport = create();
        PortProbe here = open(transport);
        PortProbe there = open(transport);
        LinkProbe link = here.connect(there.port().address());
        link.send("hello");
        Await.until("connected", () -> there.accepted.size() == 1);
        assertPressureHoldsBack(there.accepted.get(0), link, here);
    }

    private static void assertPressureHoldsBack(LinkProbe from, LinkProbe to, PortProbe receiver) {
        int before = to.received.get();
        int count = 3_000;
        var release = new CountDownLatch(1);
        receiver.port().execute(() -> Await.latch(release));
        from.pump(count, 16 * 1024);
        Await.until("the link is full", () -> from.refusals.get() > 0);
        assertThat(from.pumped.get()).isBetween(MAX_QUEUED, count - 1);
        release.countDown();
        Await.until("nothing is lost", () -> to.received.get() == before + count);
        assertThat(to.inOrder()).isTrue();
    }
}
