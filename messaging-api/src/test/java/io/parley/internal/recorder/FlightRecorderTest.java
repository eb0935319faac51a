package io.parley.internal.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.observe.FlowEvent;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import io.parley.observe.MessageKind;
import io.parley.observe.PeerFlow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlightRecorderTest {

    private static final ChannelName PLACE = ChannelName.parse("orders/place");
    private static final PeerName CUSTOMER = new PeerName("customer", "one");
    private static final PeerName ORDERS = new PeerName("orders", "two");
    private static final Instant WALL = Instant.parse("2026-01-01T00:00:10Z");

    /** The first is for what is not known. */
    private static final List<@Nullable MessageKind> KINDS =
            Arrays.asList(null, MessageKind.DOCUMENT, MessageKind.COMMAND, MessageKind.EVENT);

    private static void record(FlightRecorder recorder, FlowStep step, long at, long number, String detail) {
        recorder.record(new StepDraft(step, at, PLACE, InteractionStyle.REQUEST, new MessageId(7, number))
                .payload(KINDS.get((int) (number % KINDS.size())), "PlaceOrder", 64)
                .conversation(null, new MessageId(6, number))
                .between(CUSTOMER, ORDERS)
                .outcome(number, detail));
    }

    private static List<FlowEvent> all(FlightRecorder recorder) {
        var read = new ArrayList<FlowEvent>();
        recorder.read(0, Long.MAX_VALUE, WALL, 10_000_000_000L, (event, number) -> read.add(event));
        return read;
    }

    @Test
    void whatIsRecordedIsReadAsItWas() {
        var recorder = new FlightRecorder(10);
        record(recorder, FlowStep.FAULTED, 9_000_000_000L, 3, "no stock");
        recorder.record(FlowStep.PEER_WENT, 9_500_000_000L, ORDERS, "link: gone");

        assertThat(all(recorder))
                .containsExactly(
                        new MessageFlow(
                                FlowStep.FAULTED,
                                Instant.parse("2026-01-01T00:00:09Z"),
                                9_000_000_000L,
                                PLACE,
                                InteractionStyle.REQUEST,
                                MessageKind.EVENT,
                                "PlaceOrder",
                                new MessageId(7, 3),
                                "0000000000000007-3",
                                new MessageId(6, 3),
                                "customer/one",
                                "orders/two",
                                1,
                                3,
                                64,
                                1,
                                "no stock"),
                        new PeerFlow(
                                FlowStep.PEER_WENT,
                                Instant.parse("2026-01-01T00:00:09.5Z"),
                                9_500_000_000L,
                                "orders/two",
                                "link: gone"));
    }

    @Test
    void weighingAStepKeepsAllElse() {
        var recorder = new FlightRecorder(10);
        record(recorder, FlowStep.FAULTED, 9_000_000_000L, 3, "no stock");
        var flow = (MessageFlow) all(recorder).get(0);

        assertThat(flow.weighing(1)).isSameAs(flow);
        assertThat(flow.weighing(8).weight()).isEqualTo(8);
        assertThat(flow.weighing(8).weighing(1)).isEqualTo(flow);
    }

    @Test
    void eachKindIsReadAsItWasWritten() {
        var recorder = new FlightRecorder(10);
        for (int number = 0; number < KINDS.size(); number++) {
            record(recorder, FlowStep.SENT, number, number, null);
        }

        assertThat(all(recorder))
                .extracting(event -> ((MessageFlow) event).kind())
                .containsExactlyElementsOf(KINDS);
        assertThat(all(recorder)).extracting(FlowEvent::step).containsOnly(FlowStep.SENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 1_000, 1_024, 3_000})
    void theLatestAreKeptAndTheOthersForgotten(int capacity) {
        var recorder = new FlightRecorder(capacity);
        int steps = 2 * capacity + 7;
        for (int i = 0; i < steps; i++) {
            record(recorder, FlowStep.DROPPED, i, i, null);
        }

        List<FlowEvent> kept = all(recorder);

        assertThat(kept).hasSize(capacity);
        assertThat(kept.get(0).nanoTime()).isEqualTo(steps - capacity);
        assertThat(kept.get(capacity - 1).nanoTime()).isEqualTo(steps - 1);
        assertThat(recorder.oldest()).isEqualTo(steps - capacity);
    }

    @Test
    void aSizeOfNothingRecordsNothing() {
        var recorder = new FlightRecorder(0);
        record(recorder, FlowStep.FAULTED, 1, 1, "x");
        recorder.record(FlowStep.PEER_CAME, 1, ORDERS, "registry");

        assertThat(all(recorder)).isEmpty();
        assertThat(recorder.keeps(new MessageId(1, 1))).isFalse();
    }

    @Test
    void underLoadASampleIsKeptWithItsWeightAndTroubleAlways() {
        var recorder = new FlightRecorder(1 << 20);
        long steps = 0;
        for (long number = 1; number <= 1_000_000; number++) {
            if (recorder.keeps(new MessageId(7, number))) {
                record(recorder, FlowStep.SENT, number * 1_000, number, null);
                steps++;
            }
            if (number % 100_000 == 0) {
                record(recorder, FlowStep.TIMED_OUT, number * 1_000, number, null);
            }
        }

        assertThat(steps).isLessThan(100_000);
        long weight = all(recorder).stream()
                .filter(event -> event.step() == FlowStep.SENT)
                .mapToLong(event -> ((MessageFlow) event).weight())
                .sum();
        assertThat(weight).isBetween(900_000L, 1_100_000L);
        assertThat(recorder.leftOut()).isBetween(800_000L, 1_100_000L);
        assertThat(recorder.oneOf()).isGreaterThan(8);
        assertThat(all(recorder))
                .filteredOn(event -> event.step() == FlowStep.TIMED_OUT)
                .hasSize(10);
    }

    @Test
    void aLongDetailIsCut() {
        var recorder = new FlightRecorder(4);
        record(recorder, FlowStep.FAULTED, 1, 1, "x".repeat(100_000));

        assertThat(all(recorder).get(0).detail()).hasSize(256).endsWith("…");
    }

    @Test
    void readersSeeWholeStepsWhileOthersAreWritten() throws InterruptedException {
        var recorder = new FlightRecorder(64);
        var isOver = new AtomicBoolean();
        var begun = new CountDownLatch(2);
        var writers = new ArrayList<Thread>();
        for (int writer = 1; writer <= 2; writer++) {
            long offset = writer * 1_000_000_000L;
            var thread = new Thread(() -> {
                begun.countDown();
                for (long i = 0; !isOver.get(); i++) {
                    record(recorder, FlowStep.DROPPED, offset + i, offset + i, String.valueOf(offset + i));
                }
            });
            writers.add(thread);
            thread.start();
        }
        begun.await();
        int whole = 0;
        try {
            for (int round = 0; round < 2_000 || whole == 0; round++) {
                for (FlowEvent event : all(recorder)) {
                    var flow = (MessageFlow) event;
                    assertThat(flow.id().sequence()).isEqualTo(flow.nanoTime());
                    assertThat(flow.elapsedNanos()).isEqualTo(flow.nanoTime());
                    assertThat(flow.detail()).isEqualTo(String.valueOf(flow.nanoTime()));
                    whole++;
                }
            }
        } finally {
            isOver.set(true);
            for (Thread thread : writers) {
                thread.join();
            }
        }
        assertThat(whole).isPositive();
        assertThat(all(recorder)).hasSizeBetween(60, 64);
    }

    @Test
    void figuresAreKeptForEachChannel() {
        var recorder = new FlightRecorder(16);
        for (int i = 1; i <= 100; i++) {
            recorder.record(new StepDraft(FlowStep.HANDLED, i, PLACE, InteractionStyle.REQUEST, new MessageId(1, i))
                    .payload(null, null, 1)
                    .between(CUSTOMER, ORDERS)
                    .outcome(i * 1_000L, null));
        }
        var out = new JsonText();
        recorder.writeFigures(out, PLACE, InteractionStyle.REQUEST, true, 3);

        String json = out.toString();
        assertThat(json)
                .startsWith("{\"channel\":\"orders/place\",\"style\":\"request\",\"isServed\":true,\"queued\":3,"
                        + "\"steps\":{\"HANDLED\":100},\"handling\":{\"count\":100,");
        assertThat(number(json, "p50Nanos")).isBetween(45_000L, 55_000L);
        assertThat(number(json, "p99Nanos")).isBetween(90_000L, 110_000L);
        assertThat(recorder.channels()).containsExactly(PLACE);
    }

    private static long number(String json, String field) {
        int at = json.indexOf('"' + field + "\":") + field.length() + 3;
        return Long.parseLong(json.substring(at, json.indexOf(',', at)));
    }
}
