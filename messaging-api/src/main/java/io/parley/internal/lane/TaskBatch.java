package io.parley.internal.lane;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Tasks on their way into a lane: those that arrived in one frame go together. Confined to the I/O context.
 */
public final class TaskBatch {

    private static final int SMALLEST = 4;

    private Runnable[] tasks = new Runnable[SMALLEST];
    private int count;

    public boolean isEmpty() {
        return count == 0;
    }

    public int size() {
        return count;
    }

    public void add(Runnable task) {
        if (count == tasks.length) {
            tasks = Arrays.copyOf(tasks, 2 * count);
        }
        tasks[count++] = task;
    }

    /** Takes all of them into a batch of their own. */
    public TaskBatch takeAll() {
        var all = new TaskBatch();
        all.tasks = tasks;
        all.count = count;
        tasks = new Runnable[SMALLEST];
        count = 0;
        return all;
    }

    /** Offers all of them; what the lane does not take, {@code onRefused} is given. */
    public void offerTo(Lane lane, Consumer<Runnable> onRefused) {
        Runnable[] offered = tasks;
        int many = count;
        // The next frame is likely to be like this one.
        tasks = new Runnable[Math.max(SMALLEST, many)];
        count = 0;
        for (int i = lane.offer(index -> offered[index], many); i < many; i++) {
            onRefused.accept(offered[i]);
        }
    }
}
