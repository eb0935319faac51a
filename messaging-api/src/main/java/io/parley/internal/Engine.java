package io.parley.internal;

import io.parley.Peer;

/** Stands in until the engine is there. */
public final class Engine {

    private Engine() {}

    public static Peer open(Settings settings) {
        throw new IllegalStateException("The engine is not there yet: " + settings.service());
    }
}
