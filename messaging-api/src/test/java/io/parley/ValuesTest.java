package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.message.MessageId;
import io.parley.time.Deadline;
import io.parley.time.TimeSource;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What names, ids, limits and deadlines may be, and what they may not. */
class ValuesTest {

    private static final class HandClock implements TimeSource {

        private long now = Long.MAX_VALUE - 5;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Instant wallClock() {
            return Instant.EPOCH;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "orders/place", "my-service9/Some.thing_of-mine/v1", "a/0", "a/b/"})
    void shouldTakeAChannelName(String text) {
        assertThat(ChannelName.parse(text)).hasToString(text);
        assertThat(ChannelName.parse(text)).isEqualTo(ChannelName.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "orders",
                "/place",
                "orders/",
                "Orders/place",
                "-a/b",
                "a-/b",
                "9a/b",
                "a/.b",
                "a/b c",
                "a/b\n",
                "ä/b",
                "a\n/b"
            })
    void shouldRefuseWhatIsNoChannelName(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ChannelName.parse(text));
    }

    @Test
    void shouldBoundTheLengthsOfNames() {
        String service = "s".repeat(63);
        String name = "n".repeat(127);
        assertThat(new ChannelName(service, name).toString()).hasSize(191);
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelName(service + "s", name));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelName(service, name + "n"));
    }

    @Test
    void shouldReadAStyleAsItIsWritten() {
        for (InteractionStyle style : InteractionStyle.values()) {
            assertThat(InteractionStyle.parse(style.text())).isEqualTo(style);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> InteractionStyle.parse("carrier pigeon"));
    }

    @Test
    void shouldReadAMessageIdAsItIsWritten() {
        for (MessageId id :
                new MessageId[] {new MessageId(1, 1), new MessageId(-1, -1), new MessageId(0xABC, 1L << 62)}) {
            assertThat(MessageId.parse(id.toString())).isEqualTo(id);
        }
        assertThat(new MessageId(0xAL, 17)).hasToString("000000000000000a-17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "000000000000000a",
                "000000000000000a-",
                "000000000000000a-x",
                "00000000000000g0-1",
                "000000000000000a-99999999999999999999999"
            })
    void shouldRefuseWhatIsNoMessageId(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MessageId.parse(text));
    }

    @Test
    void shouldKeepADeadlineThoughTheClockWrapsRound() {
        var clock = new HandClock();
        Deadline deadline = Deadline.after(Duration.ofNanos(10), clock);
        Deadline later = Deadline.after(Duration.ofNanos(11), clock);
        assertThat(deadline.remainingNanos()).isEqualTo(10);
        assertThat(deadline).isLessThan(later);
        assertThat(later.earlierOf(deadline)).isSameAs(deadline);
        clock.now += 9;
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
        clock.now += 1;
        assertThat(deadline.hasPassed()).isTrue();
        clock.now += 100;
        assertThat(deadline.remainingNanos()).isZero();
    }

    @Test
    void shouldCutADeadlineThatIsFartherThanAnyClockGoes() {
        var clock = new HandClock();
        Deadline deadline = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), clock);
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(70 * 365));
        assertThat(Deadline.after(Duration.ofSeconds(-1), clock).hasPassed()).isTrue();
    }

    @Test
    void shouldRefuseLimitsThatAreOutOfRange() {
        assertRefused("maxMessageBytes", limits -> limits.withMaxMessageBytes(1023));
        assertRefused("maxMessageBytes", limits -> limits.withMaxMessageBytes((64 << 20) + 1));
        assertRefused("windowMessages", limits -> limits.withWindow(0, 64 << 20));
        assertRefused("windowMessages", limits -> limits.withWindow(1_000_001, 64 << 20));
        assertRefused("windowBytes", limits -> limits.withWindow(1, 1024));
        assertRefused("maxQueued", limits -> limits.withMaxQueued(0));
        assertRefused("maxWaiting", limits -> limits.withMaxWaiting(-1));
        assertRefused("memoryBytes", limits -> limits.withMemory(1000));
        assertRefused("handlerThreads", limits -> limits.withHandlerThreads(0));
        assertRefused("heartbeat", limits -> limits.withHeartbeat(Duration.ofMillis(9)));
        assertRefused("heartbeat", limits -> limits.withHeartbeat(Duration.ofHours(2)));
        assertRefused("connectTimeout", limits -> limits.withConnectTimeout(Duration.ZERO));
        assertRefused("instanceTimeout", limits -> limits.withInstanceTimeout(Duration.ofMillis(-1)));
        assertRefused("grace", limits -> limits.withGrace(Duration.ofMillis(-1)));
        assertRefused("grace", limits -> limits.withGrace(Duration.ofMinutes(61)));
        assertThat(Limits.defaults().withMaxMessageBytes(32 << 20).windowBytes())
                .isEqualTo(64 << 20);
        assertThat(Limits.defaults()
                        .withMaxWaiting(0)
                        .withInstanceTimeout(Duration.ZERO)
                        .maxWaiting())
                .isZero();
    }

    private static void assertRefused(String name, UnaryOperator<Limits> change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(Limits.defaults()))
                .withMessageContaining(name);
    }

    @Test
    void shouldSayWhatAPeerLacksOrCannotBeCalled() {
        assertThatIllegalArgumentException().isThrownBy(() -> Peer.named("Not A Service"));
        PeerBuilder builder = Peer.named("service");
        assertThatIllegalStateException().isThrownBy(builder::open).withMessageContaining("transport");
        builder.transport(InMemoryTransport.create());
        assertThatIllegalStateException().isThrownBy(builder::open).withMessageContaining("discovery");
        builder.discovery(InMemoryDiscovery.create());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.instance(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.instance("with space"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.instance("x".repeat(64)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.defaultTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.closeTimeout(Duration.ofSeconds(-1)));
        assertThatNullPointerException().isThrownBy(() -> builder.flowTap(null));
        try (Peer peer = builder.instance("service-1").open()) {
            assertThat(peer.self().label()).isEqualTo("service/service-1");
        }
        try (Peer peer = Peer.named("service")
                .transport(InMemoryTransport.create())
                .discovery(InMemoryDiscovery.create())
                .open()) {
            assertThat(peer.self().name()).matches("service-[0-9a-f]{4}");
        }
    }
}
