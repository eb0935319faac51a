package io.parley.internal.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.internal.wire.Control.PeerId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuestAnnouncementTest {

    private static final PeerId GUEST = new PeerId(7, "orders", "orders-1");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static Instance read(String text) {
        return GuestAnnouncement.read(GUEST, text, NOW);
    }

    @Test
    void announcementNamesAddressesAndChannels() {
        Instance read = read("tcp://h:1 tcp://h:2 orders/place=" + InteractionStyle.REQUEST.text() + " orders/news="
                + InteractionStyle.PUBLISH.text());
        assertThat(read.label()).isEqualTo("orders/orders-1");
        assertThat(read.incarnation()).isEqualTo(7);
        assertThat(read.address()).isEqualTo("tcp://h:1");
        assertThat(read.publishAddress()).isEqualTo("tcp://h:2");
        assertThat(read.since()).isEqualTo(NOW);
        assertThat(read.channels())
                .isEqualTo(Map.of(
                        ChannelName.parse("orders/place"), InteractionStyle.REQUEST,
                        ChannelName.parse("orders/news"), InteractionStyle.PUBLISH));
    }

    @Test
    void unsoundAnnouncementIsRefused() {
        String channel = " orders/place=" + InteractionStyle.REQUEST.text();
        for (String text : List.of(
                "",
                "tcp://h:1 tcp://h:2",
                "nonsense tcp://h:2" + channel,
                "tcp://h:1 nonsense" + channel,
                "tcp://h:1 tcp://\u001bh:2" + channel,
                "tcp://h:1 tcp://h:2 orders/place",
                "tcp://h:1 tcp://h:2 orders/place=nonsense")) {
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void guestAnnouncesNoChannelsOfOtherServices() {
        String text = "tcp://h:1 tcp://h:2 billing/pay=" + InteractionStyle.REQUEST.text();
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("billing/pay");
    }
}
