package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.message.MessageId;
import org.junit.jupiter.api.Test;

class CancelledRequestsTest {

    private final CancelledRequests cancelled = new CancelledRequests();

    @Test
    void onlyCancelledRequestsAreFound() {
        assertThat(cancelled.contains(new MessageId(1, 1))).isFalse();
        cancelled.add(new MessageId(1, 1));
        assertThat(cancelled.contains(new MessageId(1, 1))).isTrue();
        assertThat(cancelled.contains(new MessageId(1, 2))).isFalse();
        assertThat(cancelled.contains(new MessageId(2, 1))).isFalse();
    }

    @Test
    void oldestRequestIsForgottenWhenThereAreTooMany() {
        for (int sequence = 0; sequence <= CancelledRequests.CAPACITY; sequence++) {
            cancelled.add(new MessageId(1, sequence));
        }
        assertThat(cancelled.contains(new MessageId(1, 0))).isFalse();
        assertThat(cancelled.contains(new MessageId(1, 1))).isTrue();
        assertThat(cancelled.contains(new MessageId(1, CancelledRequests.CAPACITY)))
                .isTrue();
    }
}
