package io.parley.testkit;

import io.parley.environment.Alarm;
import io.parley.environment.Pool;

/** An alarm in a simulation, where memory does not run out. Confined to the simulation's thread. */
final class OwnAlarm implements Alarm {

    private final Pool pool;
    private final Runnable task;
    private boolean over;

    OwnAlarm(Pool pool, Runnable task) {
        this.pool = pool;
        this.task = task;
    }

    @Override
    public void raise() {
        if (!over) {
            over = true;
            pool.execute(task);
            pool.close();
        }
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            pool.close();
        }
    }
}
