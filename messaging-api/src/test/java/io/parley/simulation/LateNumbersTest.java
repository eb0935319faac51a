package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Gap;
import io.parley.SubscribeOptions;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.MessageForm;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A publisher whose answers are all lost until it is taken for one that tells no numbers, and that then tells them. In virtual time. */
class LateNumbersTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("far/news", String.class);

    private final Simulation mesh = new Simulation(7);
    private final WirePeer hand = new WirePeer(mesh, "far").announce("far/news", InteractionStyle.PUBLISH);
    private final List<Object> events = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();

    @Test
    void whatWasMissedBeforeTheConfirmationIsToldOnceNumbersComeAfterAll() {
        mesh.open("near")
                .subscribe(
                        NEWS,
                        SubscribeOptions.all().withGapListener(gap -> gaps.add(text(gap))),
                        event -> events.add(event.payload()));
        mesh.settle();
        Control.PeerId speaker = hand.welcome().speaker();
        byte[] confirmed = hand.subscribed.stream()
                .filter(topic -> Topics.confirmedChannel(topic) != null)
                .findFirst()
                .orElseThrow();
        publish(confirmed, out -> out.append(new Control.Subscribed(speaker, "far/news", 4)));
        beat(speaker, 50);
        event(6, 3);
        event(9, 8);
        assertThat(events).hasSize(2);
        assertThat(gaps).containsExactly("6-8");
        int before = hand.subscribed.size();
        for (int i = 0; i < 3; i++) {
            publish(Topics.numbers("far/news"), out -> out.append(numbers(speaker, false, 8)));
        }
        List<byte[]> asked = hand.subscribed.subList(before, hand.subscribed.size()).stream()
                .filter(topic -> Topics.asked(topic) != null)
                .toList();
        assertThat(asked)
                .hasSize(1)
                .allSatisfy(topic -> assertThat(Topics.asked(topic).after()).isEqualTo(Topics.Ask.NOTHING));
        publish(asked.get(0), out -> out.append(numbers(speaker, true, 0)));
        assertThat(gaps).containsExactly("6-8", "0-3");
        publish(Topics.numbers("far/news"), out -> out.append(numbers(speaker, false, 0)));
        beat(speaker, 50);
        assertThat(gaps).containsExactly("6-8", "0-3");
        mesh.closeAll();
    }

    private static String text(Gap gap) {
        return gap.lastSeen() + "-" + gap.missedUpTo();
    }

    private static Control.Numbers numbers(Control.PeerId speaker, boolean isAnswer, long from) {
        return new Control.Numbers(
                speaker, "far/news", isAnswer, false, false, from, 9, List.of(new Control.LastNumber("a", 9)));
    }

    /** Only heartbeats come. */
    private void beat(Control.PeerId speaker, int beats) {
        for (int i = 0; i < beats; i++) {
            publish(Topics.heartbeat(), out -> out.append(new Control.Heartbeat(speaker.incarnation(), 2_000)));
            mesh.run(Duration.ofSeconds(2));
        }
    }

    private void event(long number, long previous) {
        WireMessage event = hand.message(SharedFields.of(EnvelopeKind.EVENT)
                        .on("far/news")
                        .as(MessageForm.EVENT, "a")
                        .of(null, "text/plain;charset=utf-8"))
                .payload(new byte[] {'x'});
        event.number(number, previous);
        publish(Topics.publication("far/news", "a"), out -> out.append(event));
    }

    private void publish(byte[] topic, Consumer<FrameWriter> content) {
        var out = new FrameWriter();
        out.beginPublication(topic);
        content.accept(out);
        byte[] publication = out.take();
        hand.port.execute(() -> hand.port.publish(publication));
        mesh.settle();
    }
}
