package io.parley.console.web;

import java.util.Map;

/** For a page on which nothing is tried. Immutable. */
final class NoTrials implements Trials {

    @Override
    public Map<String, ?> run(Trial trial) {
        throw new ProblemException(503, "closing", "Nothing is tried here.");
    }

    @Override
    public String example(String channel) {
        return "{}";
    }
}
