package io.parley.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InFlightCountTest {

    private final InFlightCount inHand = new InFlightCount();

    @Test
    void shouldBeNothingWhenAllThatBegunHasEnded() {
        assertThat(inHand.isNothing()).isTrue();
        inHand.begin();
        inHand.begin();
        inHand.end();
        assertThat(inHand.isNothing()).isFalse();
        inHand.end();
        assertThat(inHand.isNothing()).isTrue();
    }

    @Test
    void shouldNeverBeNothingWhileOneStaysInHandHoweverMuchComesAndGoes() throws Exception {
        inHand.begin();
        var done = new CountDownLatch(2);
        for (int t = 0; t < 2; t++) {
            new Thread(() -> {
                        for (int i = 0; i < 200_000; i++) {
                            inHand.begin();
                            inHand.end();
                        }
                        done.countDown();
                    })
                    .start();
        }
        boolean everNothing = false;
        while (done.getCount() > 0) {
            everNothing |= inHand.isNothing();
        }
        assertThat(everNothing).isFalse();
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        inHand.end();
        assertThat(inHand.isNothing()).isTrue();
    }
}
