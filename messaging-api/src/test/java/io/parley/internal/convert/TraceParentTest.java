package io.parley.internal.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceParentTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    /** The parent id of zeros is not valid, so it is drawn again. */
    @Test
    void childKeepsTheTraceAndHasAParentIdOfItsOwn() {
        Iterator<Long> drawn = List.of(0L, 0xAB12L).iterator();
        assertThat(TraceParent.child(PARENT, drawn::next))
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-000000000000ab12-01");
    }

    @Test
    void unknownFormIsPassedOnAsItIs() {
        for (String other : List.of("", "00", PARENT + "-more", PARENT.toUpperCase(java.util.Locale.ROOT))) {
            assertThat(TraceParent.child(other, () -> 1L)).isEqualTo(other);
        }
    }
}
