package io.parley.internal.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.environment.Environment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskBatchTest {

    private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
    private final List<Integer> ran = new ArrayList<>();
    private final List<Runnable> refused = new ArrayList<>();
    private final TaskBatch batch = new TaskBatch();

    private Lane lane(int capacity) {
        return new Lane(pool::add, Environment.system().openTimers("lane"), 1, capacity);
    }

    private List<Runnable> add(int count) {
        List<Runnable> added = IntStream.range(0, count)
                .<Runnable>mapToObj(i -> () -> ran.add(i))
                .toList();
        added.forEach(batch::add);
        return added;
    }

    private void runPool() {
        while (!pool.isEmpty()) {
            pool.remove().run();
        }
    }

    @Test
    void shouldOfferAllOfThemInOrderAndBeEmptyThen() {
        assertThat(batch.isEmpty()).isTrue();
        add(50);
        assertThat(batch.size()).isEqualTo(50);
        assertThat(batch.isEmpty()).isFalse();
        batch.offerTo(lane(100), refused::add);
        assertThat(batch.isEmpty()).isTrue();
        runPool();
        assertThat(ran).isEqualTo(IntStream.range(0, 50).boxed().toList());
        assertThat(refused).isEmpty();
    }

    @Test
    void shouldGiveBackThoseThatTheLaneDoesNotTakeInOrder() {
        List<Runnable> added = add(10);
        batch.offerTo(lane(7), refused::add);
        assertThat(refused).isEqualTo(added.subList(7, 10));
        runPool();
        assertThat(ran).isEqualTo(IntStream.range(0, 7).boxed().toList());
        assertThat(batch.isEmpty()).as("what was refused is not kept").isTrue();
    }

    @Test
    void shouldNotTouchWhatWasOfferedWhenTheNextOnesAreAdded() {
        Lane lane = lane(100);
        add(3);
        batch.offerTo(lane, refused::add);
        batch.add(() -> ran.add(99));
        batch.offerTo(lane, refused::add);
        runPool();
        assertThat(ran).containsExactly(0, 1, 2, 99);
        assertThat(refused).isEmpty();
    }
}
