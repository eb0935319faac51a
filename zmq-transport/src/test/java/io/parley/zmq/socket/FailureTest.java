package io.parley.zmq.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.transport.Link;
import io.parley.transport.LinkListener;
import io.parley.transport.PortListener;
import io.parley.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A port that fails tells its listener, even one for which there is no memory at first. */
class FailureTest {

    private final List<String> steps = new ArrayList<>();
    private final List<Throwable> told = new ArrayList<>();

    /** How often the listener finds no memory. */
    private int outOfMemory;

    private final Failure failure = new Failure(new Listener(), () -> steps.add("sockets close"));

    @Test
    void listenerIsToldOnceBeforeTheSocketsClose() {
        var cause = new OutOfMemoryError("on purpose");
        failure.happen(cause);
        failure.happen(new OutOfMemoryError("again"));
        failure.happenByDeath(new OutOfMemoryError("and again"));
        assertThat(steps).containsExactly("told", "sockets close");
        assertThat(told).containsExactly(cause);
        assertThat(failure.hasHappened()).isTrue();
    }

    @Test
    void listenerThatThrowsIsToldAgain() {
        outOfMemory = 3;
        failure.happen(new OutOfMemoryError("on purpose"));
        assertThat(steps).containsExactly("no memory", "no memory", "no memory", "told", "sockets close");
    }

    @Test
    void socketsCloseThoughTheListenerNeverFindsMemory() {
        outOfMemory = Integer.MAX_VALUE;
        failure.happen(new OutOfMemoryError("on purpose"));
        assertThat(steps).last().isEqualTo("sockets close");
    }

    @Test
    void deathOfAnotherThreadIsFoundByTheLoop() {
        var death = new OutOfMemoryError("on purpose");
        failure.look();
        assertThat(failure.hasHappened()).isFalse();
        failure.foretell(death);
        failure.look();
        assertThat(told).hasSize(1).first().isInstanceOf(TransportException.class);
        assertThat(told.get(0)).hasCause(death);
    }

    private final class Listener implements PortListener {

        @Override
        public LinkListener onAccepted(Link link) {
            throw new AssertionError("Nobody sends");
        }

        @Override
        public void onSubscribed(byte[] prefix) {}

        @Override
        public void onUnsubscribed(byte[] prefix) {}

        @Override
        public void onTrouble(String what) {}

        @Override
        public void onFailure(Throwable cause) {
            if (outOfMemory-- > 0) {
                steps.add("no memory");
                throw new OutOfMemoryError("on purpose");
            }
            steps.add("told");
            told.add(cause);
        }
    }
}
