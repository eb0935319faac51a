package io.parley.transport.memory;

/** What lies between the two ends of a link. Thread-safe. */
final class LinkConnection extends Connection {

    private final MemoryLink nearEnd;
    private final MemoryLink farEnd;
    private final Wire toFar;
    private final Wire toNear;

    LinkConnection(MemoryLink nearEnd, MemoryLink farEnd) {
        super(nearEnd.port(), farEnd.port());
        this.nearEnd = nearEnd;
        this.farEnd = farEnd;
        toFar = near.wireTo(far, near.options().maxQueuedFrames(), () -> near.lane.execute(nearEnd::onRoom));
        toNear = far.wireTo(near, far.options().maxQueuedFrames(), () -> far.lane.execute(farEnd::onRoom));
    }

    boolean offer(MemoryLink from, byte[] frame) {
        MemoryLink to = otherEndOf(from);
        return !passes() || wireFrom(from).offer(() -> to.onFrame(frame));
    }

    /** Sends a frame that was taken before the connection was there. */
    void send(MemoryLink from, byte[] frame) {
        MemoryLink to = otherEndOf(from);
        if (passes()) {
            wireFrom(from).carry(() -> to.onFrame(frame));
        }
    }

    /** One end is gone: the other learns it after the last frame, if it can be reached. */
    void onEnded(MemoryLink end, String reason) {
        if (passes()) {
            near.network.remove(this);
            MemoryLink other = otherEndOf(end);
            wireFrom(end).carry(() -> other.onDown(reason));
        }
    }

    @Override
    void sever(String reason) {
        near.network.remove(this);
        near.lane.execute(() -> nearEnd.onDown(reason));
        far.lane.execute(() -> farEnd.onDown(reason));
    }

    @Override
    void onClosed(MemoryPort port) {
        onEnded(port == near ? nearEnd : farEnd, "The remote port closed");
    }

    private MemoryLink otherEndOf(MemoryLink end) {
        return end == nearEnd ? farEnd : nearEnd;
    }

    private Wire wireFrom(MemoryLink end) {
        return end == nearEnd ? toFar : toNear;
    }
}
