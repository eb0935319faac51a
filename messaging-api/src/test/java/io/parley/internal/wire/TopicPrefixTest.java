package io.parley.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what a topic can begin with may be subscribed to. */
class TopicPrefixTest {

    private static final String NONCE = "\1\0\377\0\1234567";
    private static final String LONGEST = "a".repeat(63) + '/' + "B".repeat(127);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\2",
                "o",
                "orders",
                "orders-2/",
                "orders/place",
                "orders/Place.of_every-kind/1",
                "orders/place\0",
                "orders/place\0order.",
                "orders/place\0order.\377\0",
                "orders/place\0\0",
                "\1",
                "\1\0\0\0",
                NONCE,
                NONCE + "orders/place",
                NONCE + "orders/place\0"
            })
    void prefixOfATopicMayBeSubscribedTo(String prefix) {
        assertThat(Topics.mayBegin(prefix.getBytes(ISO_8859_1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\2\2",
                "\5",
                "\0",
                "/place",
                "Orders/place",
                "1orders",
                "orders place",
                "orders\0",
                "orders/\0",
                "orders-/place\0",
                "orders/.place",
                "orders/pl\374ce",
                "orders/place\0subject\0more",
                NONCE + "orders\0",
                NONCE + "orders/place\0more"
            })
    void anythingElseMayNot(String prefix) {
        assertThat(Topics.mayBegin(prefix.getBytes(ISO_8859_1))).isFalse();
    }

    @Test
    void lengthIsThatOfTheLongestTopic() {
        assertThat(Topics.mayBegin(Topics.publication(LONGEST, "x".repeat(255))))
                .isTrue();
        assertThat(Topics.mayBegin(Topics.publication(LONGEST, "x".repeat(256))))
                .isFalse();
        assertThat(Topics.mayBegin(Topics.publication(LONGEST + 'B', ""))).isFalse();
        assertThat(Topics.mayBegin(Topics.publication('a' + LONGEST.substring(0, 190), "")))
                .isFalse();
        assertThat(Topics.mayBegin(Topics.confirmation(7, LONGEST))).isTrue();
    }

    @Test
    void randomOctetsAreHardlyEverOne() {
        var random = new Random(11);
        for (int i = 0; i < 10_000; i++) {
            byte[] octets = new byte[1000];
            random.nextBytes(octets);
            assertThat(Topics.mayBegin(octets)).isFalse();
        }
    }
}
