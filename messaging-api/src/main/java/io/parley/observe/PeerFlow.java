package io.parley.observe;

import io.parley.text.PlainText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one peer saw of another. Immutable.
 *
 * @param other the other one, {@code service/instance}
 * @param detail by what it was seen, {@code registry}, {@code link}, or {@code left} if it said before that it goes; and why. After
 *     {@code dialled}, somebody had dialled this peer who called itself {@code other}, which nobody has checked. Of a circuit, how it moved and
 *     why
 */
public record PeerFlow(
        FlowStep step,
        Instant at,
        long nanoTime,
        String other,
        @Nullable String detail) implements FlowEvent {

    public PeerFlow {
        other = PlainText.of(other);
        detail = detail == null ? null : PlainText.of(detail);
    }
}
