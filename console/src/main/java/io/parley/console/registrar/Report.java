package io.parley.console.registrar;

import io.parley.discovery.Instance;

/**
 * What has become of an instance. Immutable.
 *
 * @param instance as it is or was announced; before that, as it is configured
 * @param why may be empty
 */
public record Report(Instance instance, State state, String why) {

    /** Where an instance stands. */
    public enum State {
        /** It has not answered yet. */
        AWAITED,
        /** It answers, and the registry is told. */
        ANNOUNCED,
        /** It does not answer, and is to be chosen no more. */
        CRITICAL,
        /** It has not answered for so long that it was taken out. */
        REMOVED,
        /** Somebody answers who is not to be announced. */
        REFUSED
    }
}
