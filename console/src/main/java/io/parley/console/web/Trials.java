package io.parley.console.web;

import java.time.Duration;
import java.util.Map;

/** Sends what somebody typed on the page. Thread-safe. */
public interface Trials {

    /**
     * Something to send.
     *
     * @param style how: {@code one-way}, {@code request}, {@code publish}, {@code survey}
     * @param body the payload, JSON
     * @param type the payload's type, for people to read
     * @param name of an event: what happened, which subscribers may filter by; else empty
     */
    record Trial(String channel, String style, String body, String type, String name, Duration limit) {}

    /** Sends it to peers of the mesh, and tells what became of it, as an object of JSON. */
    Map<String, ?> run(Trial trial) throws InterruptedException;

    /** A payload such as the channel takes, as JSON; {@code {}} if none is known. */
    String example(String channel);
}
