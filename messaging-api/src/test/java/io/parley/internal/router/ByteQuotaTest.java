package io.parley.internal.router;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteQuotaTest {

    /** The memory that each message takes beside its payload, in bytes. */
    private static final int EACH = 512;

    private final ByteQuota quota = new ByteQuota(2_000);

    @Test
    void messageThatFillsTheQuotaExactlyHasRoom() {
        assertThat(quota.hasRoomFor(2_000 - EACH)).isTrue();
        assertThat(quota.hasRoomFor(2_000 - EACH + 1)).isFalse();
    }

    @Test
    void emptyMessagesTakeRoomToo() {
        for (int i = 0; i < 3; i++) {
            assertThat(quota.hasRoomFor(0)).isTrue();
            quota.add(0);
        }
        assertThat(quota.hasRoomFor(0)).isFalse();
    }

    @Test
    void removedMessageMakesRoomForOneOfItsSize() {
        quota.add(1_000);
        assertThat(quota.hasRoomFor(1_000)).isFalse();
        quota.remove(1_000);
        assertThat(quota.hasRoomFor(1_000)).isTrue();
    }

    @Test
    void quotaBeyondTwoGigabytesDoesNotOverflow() {
        var large = new ByteQuota(4L << 30);
        for (int i = 0; i < 3; i++) {
            assertThat(large.hasRoomFor(1 << 30)).isTrue();
            large.add(1 << 30);
        }
        assertThat(large.hasRoomFor(1 << 30)).isFalse();
        assertThat(large.hasRoomFor((1 << 30) - 4 * EACH)).isTrue();
    }

    @Test
    void largestPayloadThatAnIntHoldsDoesNotOverflow() {
        var large = new ByteQuota(2L * Integer.MAX_VALUE + 2 * EACH);
        large.add(Integer.MAX_VALUE);
        assertThat(large.hasRoomFor(Integer.MAX_VALUE)).isTrue();
        large.add(Integer.MAX_VALUE);
        assertThat(large.hasRoomFor(0)).isFalse();
        large.remove(Integer.MAX_VALUE);
        assertThat(large.hasRoomFor(Integer.MAX_VALUE)).isTrue();
        assertThat(large.hasRoomFor(0)).isTrue();
    }
}
