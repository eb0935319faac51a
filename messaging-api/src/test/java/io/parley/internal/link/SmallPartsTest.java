package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.ChannelName;
import io.parley.internal.convert.TraceParent;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SmallPartsTest {

    @Test
    void shouldRememberTheLastFewIdsAndForgetThoseBefore() {
        var recent = new RecentIds(3);
        for (long id = 1; id <= 4; id++) {
            recent.add(id);
        }
        assertThat(recent.contains(1)).isFalse();
        assertThat(recent.contains(2)).isTrue();
        assertThat(recent.contains(3)).isTrue();
        assertThat(recent.contains(4)).isTrue();
        assertThat(recent.contains(5)).isFalse();
    }

    @Test
    void shouldGiveATraceAParentOfItsOwnAndKeepTheRest() {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        String child = TraceParent.child(parent, new Random(1));
        assertThat(child)
                .matches("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01")
                .isNotEqualTo(parent);
        assertThat(TraceParent.child(parent, new Random(2))).isNotEqualTo(child);
    }

    @Test
    void shouldPassOnATraceParentThatItDoesNotUnderstand() {
        for (String odd : new String[] {"", "what", "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
            assertThat(TraceParent.child(odd, new Random(1))).isEqualTo(odd);
        }
    }

    @Test
    void shouldRememberASentMessageOnceAndOnlyTheLastFew() {
        var sent = new SentOneWays(4);
        var channel = ChannelName.parse("a/b");
        for (long sequence = 1; sequence <= 5; sequence++) {
            sent.add(sequence, channel, "c" + sequence);
        }
        assertThat(sent.remove(1)).isNull();
        assertThat(sent.remove(5)).isEqualTo(new SentOneWays.Sent(channel, "c5"));
        assertThat(sent.remove(5)).isNull();
        assertThat(sent.remove(2)).isEqualTo(new SentOneWays.Sent(channel, "c2"));
        assertThat(sent.remove(99)).isNull();
    }
}
