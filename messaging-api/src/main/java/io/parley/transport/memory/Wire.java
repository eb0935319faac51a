package io.parley.transport.memory;

import io.parley.time.Durations;
import io.parley.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One direction of a connection: what is sent arrives in the receiver's context, in order, at once or after a delay.
 *
 * <p>Thread-safe.
 */
final class Wire {

    private final RandomGenerator random;
    private final Timers timers;
    private final Function<RandomGenerator, Duration> delay;
    private final PortLane receiver;
    private final int capacity;
    private final Runnable onRoom;
    private final Deque<Runnable> underWay = new ArrayDeque<>();
    private long lastArrival;
    private boolean anyDelayed;
    private boolean full;

    /**
     * @param onRoom runs in the receiver's context when a frame was refused before and there is room again; hands over to the
     *     sender's
     */
    Wire(
            RandomGenerator random,
            Timers timers,
            Function<RandomGenerator, Duration> delay,
            PortLane receiver,
            int capacity,
            Runnable onRoom) {
        this.random = random;
        this.timers = timers;
        this.delay = delay;
        this.receiver = receiver;
        this.capacity = capacity;
        this.onRoom = onRoom;
    }

    /** Carries a frame, if there is room. */
    boolean offer(Runnable arrival) {
        if (!hasRoom()) {
            return false;
        }
        carry(arrival);
        return true;
    }

    /** Whether there is room for a frame; if not, it is told when there is. */
    synchronized boolean hasRoom() {
        full |= underWay.size() >= capacity;
        return underWay.size() < capacity;
    }

    /** Carries what has to arrive whether there is room or not: news, subscriptions, and frames that were counted before. */
    void carry(Runnable arrival) {
        long wait;
        Duration longer = delay.apply(random);
        synchronized (this) {
            underWay.add(arrival);
            wait = nanosToWait(Durations.nanos(longer));
        }
        if (wait > 0) {
            timers.schedule(Duration.ofNanos(wait), () -> receiver.execute(this::onArrival));
        } else {
            receiver.execute(this::onArrival);
        }
    }

    /** Nothing overtakes: whoever's time has come, it is the oldest that arrives. */
    private void onArrival() {
        Runnable arrival;
        boolean roomAgain;
        synchronized (this) {
            arrival = underWay.remove();
            roomAgain = full && underWay.size() <= capacity / 2;
            if (roomAgain) {
                full = false;
            }
        }
        if (roomAgain) {
            onRoom.run();
        }
        arrival.run();
    }

    private long nanosToWait(long longer) {
        if (longer <= 0 && !anyDelayed) {
            return 0;
        }
        long now = timers.nanoTime();
        long arrival = now + Math.max(0, longer);
        if (anyDelayed && arrival - lastArrival < 0) {
            arrival = lastArrival;
        }
        anyDelayed = true;
        lastArrival = arrival;
        return arrival - now;
    }
}
