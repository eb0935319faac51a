package io.parley.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control.Kind;
import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.LinkLimits;
import io.parley.internal.wire.Control.PeerId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlTest {

    private static final PeerId SPEAKER = new PeerId(7, "orders", "orders-1");
    private static final LinkLimits TERMS = new LinkLimits(1 << 20, 100, 1 << 20);
    private static final List<Control> ONE_OF_EACH = List.of(
            new Control.Hello(1, 1, SPEAKER, 9, TERMS, true, true, true, 5),
            new Control.Welcome(1, SPEAKER, TERMS, "tcp://host:1", true, true, true),
            new Control.Reject(Control.Reject.QUIET, "quiet"),
            new Control.Credit(3, 4),
            new Control.Finished(List.of(1L, 5L), List.of(2, 1)),
            new Control.CreditWanted(6),
            new Control.Ping(8),
            new Control.Pong(9),
            new Control.GoingAway(10),
            new Control.Cancel(11, 12),
            new Control.Chunk(0, new byte[] {1, 2}, 0, 2),
            new Control.BulkWanted(),
            new Control.BulkAt(13, "tcp://host:2"),
            new Control.BulkHello(14),
            new Control.BulkArrived(15),
            new Control.BulkNext(16),
            new Control.BulkOver(),
            new Control.Subscribed(SPEAKER, "orders/events", 17),
            new Control.Heartbeat(18, 19),
            new Control.Numbers(
                    SPEAKER, "orders/events", true, false, false, 20, 22, List.of(new LastNumber("paid", 21))));

    @Test
    void everyClassHasAKindOfItsOwn() {
        assertThat(ONE_OF_EACH)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrder(Control.class.getPermittedSubclasses());
        assertThat(ONE_OF_EACH).extracting(Control::kind).containsExactlyInAnyOrder(Kind.values());
    }

    @Test
    void codecReadsBackWhatItHasWritten() throws Exception {
        for (Control control : ONE_OF_EACH) {
            var out = new WireWriter();
            ControlCodec.write(control, out);
            byte[] body = out.take();

            Control read = ControlCodec.read(control.kind().envelope(), new WireReader(body, 0, body.length));

            assertThat(read)
                    .usingRecursiveComparison()
                    .ignoringFields("octets", "offset")
                    .isEqualTo(control);
        }
    }
}
