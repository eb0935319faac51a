package io.parley.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.dispatch.Nowhere;
import io.parley.internal.dispatch.ReplyPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionBatchTest {

    private final CompletionBatch doneWith = new CompletionBatch();
    private final InFlightCount inHand = new InFlightCount();
    private final List<String> told = new ArrayList<>();
    private final ReplyPath one = new Counted("one");
    private final ReplyPath other = new Counted("other");

    private final class Counted extends Nowhere {

        private final String name;

        private Counted(String name) {
            this.name = name;
        }

        @Override
        public void done(int messages, long bytes) {
            told.add(name + " " + messages + " of " + bytes);
        }

        @Override
        public boolean isLittle(int messages, long bytes) {
            return messages < 4 && bytes < 100;
        }
    }

    private void add(ReplyPath origin, int size) {
        inHand.begin();
        doneWith.add(origin, inHand, size, 0);
    }

    @Test
    void shouldTellAtOnceUnlessItGathers() {
        add(one, 10);
        assertThat(told).containsExactly("one 1 of 10");
        assertThat(inHand.isNothing()).isTrue();
    }

    @Test
    void shouldTellTogetherWhatItGathered() {
        doneWith.gather();
        add(one, 10);
        add(one, 11);
        assertThat(told).isEmpty();
        assertThat(inHand.count()).isEqualTo(2);
        doneWith.end();
        assertThat(told).containsExactly("one 2 of 21");
        assertThat(inHand.isNothing()).isTrue();
        add(one, 12);
        assertThat(told).as("no more gathered").containsExactly("one 2 of 21", "one 1 of 12");
        doneWith.end();
        assertThat(told).as("told once").hasSize(2);
    }

    @Test
    void shouldTellOneWhatCameFromItBeforeItGathersForAnother() {
        doneWith.gather();
        add(one, 1);
        add(other, 2);
        add(one, 3);
        doneWith.end();
        assertThat(told).containsExactly("one 1 of 1", "other 1 of 2", "one 1 of 3");
        assertThat(inHand.isNothing()).isTrue();
    }

    @Test
    void shouldCountEachWhereItCounts() {
        var apart = new InFlightCount();
        apart.begin();
        doneWith.gather();
        add(one, 1);
        doneWith.add(one, apart, 2, 0);
        assertThat(inHand.isNothing()).isTrue();
        assertThat(apart.isNothing()).isFalse();
        doneWith.end();
        assertThat(apart.isNothing()).isTrue();
        assertThat(told).containsExactly("one 1 of 1", "one 1 of 2");
    }

    @Test
    void shouldHoldBackNoMoreThanIsLittleToItsSender() {
        doneWith.gather();
        for (int i = 0; i < 5; i++) {
            add(one, 1);
        }
        assertThat(told).containsExactly("one 4 of 4");
        add(one, 99);
        assertThat(told).containsExactly("one 4 of 4", "one 2 of 100");
        assertThat(inHand.isNothing()).isTrue();
    }
}
