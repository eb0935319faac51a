package io.parley.internal.wire;

/** Names of headers that peers set themselves. */
public final class ReservedHeaders {

    /** Names the router that a message came through. A message that has it is not passed on again. */
    public static final String VIA = "parley-via";

    private ReservedHeaders() {}
}
