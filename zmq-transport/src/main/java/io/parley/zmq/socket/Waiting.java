package io.parley.zmq.socket;

/** A link, or the publisher, whose last frame was refused. Confined to the I/O loop's thread. */
interface Waiting {

    /** There may be room again; asks to be called once more if it sees that there is none. */
    void onMaybeRoom();
}
