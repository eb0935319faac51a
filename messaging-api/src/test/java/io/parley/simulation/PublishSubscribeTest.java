package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.Gap;
import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.OverloadedException;
import io.parley.failure.TooLargeException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.FrameWriter;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.testkit.FickleDiscovery;
import io.parley.transport.AddressFormat;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Events and surveys where something is amiss: what is missed is told, what is not missed is not. In virtual time. */
class PublishSubscribeTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("press/poll", String.class).withResponses(String.class);

    private final Simulation mesh = new Simulation(3);
    private final List<Object> heard = new ArrayList<>();

    private Subscription subscribe(Peer peer, String prefix, List<Object> into) {
        var options = SubscribeOptions.all().withSubjectPrefix(prefix).withGapListener(into::add);
        return peer.subscribe(NEWS, options, event -> into.add(event.payload()));
    }

    private static String gap(Object told) {
        assertThat(told).isInstanceOf(Gap.class);
        Gap gap = (Gap) told;
        return gap.subject() + ' ' + gap.lastSeen() + '-' + gap.missedUpTo();
    }

    @Test
    void shouldTellOfTheGapThatASlowSubscriberHasBeforeTheNextEvent() {
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        Peer reader = mesh.open(mesh.builder("reader").limits(Limits.defaults().withMaxQueued(5)));
        subscribe(reader, "", heard);
        mesh.settle();
        for (int i = 1; i <= 50; i++) {
            publisher.publish("" + i);
        }
        mesh.settle();
        assertThat(heard).containsExactly("1", "2", "3", "4", "5");
        publisher.publish("51");
        mesh.settle();
        assertThat(heard).hasSize(7).endsWith("51");
        assertThat(gap(heard.get(5))).isEqualTo(" 5-50");
        assertThat(((Gap) heard.get(5)).publisher().instance()).isEqualTo("press-1");
        publisher.publish("52");
        mesh.settle();
        assertThat(heard).hasSize(8).endsWith("52");
        assertThat(reader.counters().missedEvents()).isEqualTo(1);
        assertThat(mesh.flows).filteredOn(flow -> flow.step() == FlowStep.GAP).hasSize(1);
    }

    @Test
    void shouldTellOfTheGapThatABrokenFeedLeaves() {
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        Peer reader = mesh.open("reader");
        subscribe(reader, "", heard);
        mesh.settle();
        publisher.publish(Message.event("a", "1"));
        publisher.publish(Message.event("b", "2"));
        mesh.settle();
        mesh.network.partition(press.self().address(), reader.self().address());
        publisher.publish(Message.event("a", "3"));
        publisher.publish(Message.event("c", "4"));
        mesh.settle();
        mesh.network.heal(press.self().address(), reader.self().address());
        mesh.settle();
        publisher.publish(Message.event("b", "5"));
        publisher.publish(Message.event("a", "6"));
        publisher.publish(Message.event("c", "7"));
        mesh.settle();
        assertThat(heard).hasSize(7);
        assertThat(heard.subList(0, 3)).containsExactly("1", "2", "5");
        assertThat(gap(heard.get(3))).isEqualTo("a 1-3");
        assertThat(heard.get(4)).isEqualTo("6");
        assertThat(gap(heard.get(5))).as("since the subscription began").isEqualTo("c 0-4");
        assertThat(heard.get(6)).isEqualTo("7");
    }

    @Test
    void shouldOpenAfreshAFeedThatHasGoneQuiet() {
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        Peer reader = mesh.open(mesh.builder("reader").limits(Limits.defaults().withHeartbeat(Duration.ofSeconds(1))));
        Subscription subscription = subscribe(reader, "", heard);
        mesh.settle();
        mesh.run(Duration.ofMinutes(1));
        assertThat(subscription.publishers()).as("heartbeats keep it").isEqualTo(1);
        mesh.network.partition(press.self().address(), reader.self().address());
        mesh.run(Duration.ofMinutes(1));
        assertThat(subscription.publishers()).isZero();
        publisher.publish("missed");
        mesh.network.heal(press.self().address(), reader.self().address());
        mesh.run(Duration.ofSeconds(10));
        assertThat(subscription.publishers()).isEqualTo(1);
        publisher.publish("heard");
        mesh.settle();
        assertThat(heard).hasSize(2).endsWith("heard");
        assertThat(gap(heard.get(0))).isEqualTo(" 0-1");
    }

    @Test
    void shouldSeeNoGapInWhatAFilterLeavesOut() {
        var publisher = mesh.open("press").publisher(NEWS);
        Peer reader = mesh.open("reader");
        publisher.publish(Message.event("order.created", "before"));
        mesh.settle();
        subscribe(reader, "order.", heard);
        List<Object> all = new ArrayList<>();
        subscribe(reader, "", all);
        mesh.settle();
        for (String subject : List.of("other", "order.created", "other", "", "order.refused", "order.created")) {
            publisher.publish(Message.event(subject, subject));
        }
        mesh.settle();
        assertThat(heard).containsExactly("order.created", "order.refused", "order.created");
        assertThat(all).containsExactly("other", "order.created", "other", "", "order.refused", "order.created");
        assertThat(reader.counters().missedEvents()).isZero();
    }

    @Test
    void shouldFollowAPublisherThatJoinsLaterAndForgetOneThatLeaves() {
        var first = mesh.open("press").publisher(NEWS);
        Peer reader = mesh.open("reader");
        Subscription subscription = subscribe(reader, "", heard);
        mesh.settle();
        assertThat(subscription.publishers()).isEqualTo(1);
        Peer second = mesh.open("press");
        var late = second.publisher(NEWS);
        mesh.settle();
        assertThat(subscription.publishers()).isEqualTo(2);
        late.publish("from the second");
        mesh.settle();
        second.closeAsync(Duration.ofSeconds(1));
        mesh.settle();
        assertThat(subscription.publishers()).isEqualTo(1);
        first.publish("from the first");
        mesh.settle();
        assertThat(heard).containsExactly("from the second", "from the first");
    }

    @Test
    void shouldHearOnceWhatAPublisherSaysThatComesBackAtItsOldAddress() {
        var place = InMemoryTransport.on(mesh.network).at("press");
        Peer old = mesh.open(mesh.builder("press").transport(place));
        old.publisher(NEWS).publish("before");
        Peer reader = mesh.open("reader");
        subscribe(reader, "", heard);
        mesh.settle();
        old.publisher(NEWS).publish("old");
        mesh.settle();
        // Gone without a word: its announcement stays for a while.
        var stays = mesh.discovery
                .openRegistry(mesh.environment, AddressFormat.opaque())
                .orElseThrow();
        stays.announce(old.self());
        old.closeAsync(Duration.ofMillis(1));
        mesh.run(Duration.ofSeconds(2));
        Peer fresh = mesh.open(mesh.builder("press").transport(place));
        var publisher = fresh.publisher(NEWS);
        mesh.settle();
        publisher.publish("new");
        mesh.settle();
        stays.close();
        publisher.publish("newer");
        mesh.settle();
        assertThat(heard).containsExactly("old", "new", "newer");
    }

    @Test
    void shouldHearNothingMoreOnceASubscriptionIsClosed() {
        var publisher = mesh.open("press").publisher(NEWS);
        Peer reader = mesh.open("reader");
        List<Object> other = new ArrayList<>();
        Subscription closing = subscribe(reader, "", heard);
        subscribe(reader, "", other);
        mesh.settle();
        publisher.publish("1");
        mesh.settle();
        closing.close();
        mesh.settle();
        publisher.publish("2");
        mesh.settle();
        assertThat(heard).containsExactly("1");
        assertThat(other).containsExactly("1", "2");
        assertThat(closing.publishers()).isZero();
    }

    @Test
    void shouldTellAPublisherThatIsFasterThanItsSocket() {
        Peer press = mesh.open(mesh.builder("press").limits(Limits.defaults().withWindow(10, 4 * 1024 * 1024)));
        var publisher = press.publisher(NEWS);
        subscribe(mesh.open("reader"), "", heard);
        mesh.settle();
        String large = "x".repeat(1024 * 1024);
        for (int i = 0; i < 5; i++) {
            publisher.publish(i == 0 ? "first" : large);
        }
        assertThatThrownBy(() -> publisher.publish("one too many")).isInstanceOf(OverloadedException.class);
        mesh.settle();
        publisher.publish("again");
        assertThatThrownBy(() -> publisher.publish("x".repeat(5 * 1024 * 1024))).isInstanceOf(TooLargeException.class);
        publisher.publish("last");
        mesh.settle();
        assertThat(heard).hasSize(7).startsWith("first").endsWith("again", "last");
    }

    @Test
    void shouldAskAgainForAConfirmationThatDoesNotCome() {
        var press = new WirePeer(mesh, "press").announce("press/news", InteractionStyle.PUBLISH);
        Peer reader = mesh.open("reader");
        Subscription subscription = subscribe(reader, "", heard);
        var speaker = new Control.PeerId(WirePeer.INCARNATION, "press", "press-wire");
        int[] confirmed = {0};
        mesh.settle();
        for (int i = 0; i < 60 && subscription.publishers() == 0; i++) {
            publish(press, Topics.heartbeat(), new Control.Heartbeat(WirePeer.INCARNATION, 2000));
            var asked = press.subscribed.stream()
                    .filter(prefix -> Topics.confirmedChannel(prefix) != null)
                    .toList();
            if (asked.size() > 1) {
                publish(press, asked.get(asked.size() - 1), new Control.Subscribed(speaker, "press/news", 7));
                confirmed[0]++;
            }
            mesh.run(Duration.ofSeconds(1));
        }
        assertThat(subscription.publishers()).isEqualTo(1);
        assertThat(confirmed[0]).isEqualTo(1);
        publish(press, event(press, "stranger", 999, 9, 0));
        publish(press, event(press, "8", WirePeer.INCARNATION, 8, 5));
        mesh.settle();
        assertThat(heard).containsExactly("8");
    }

    private static WireMessage event(WirePeer press, String payload, long incarnation, long number, long previous) {
        WireMessage template = press.oneWay("press/news", payload);
        SharedFields head = SharedFields.of(EnvelopeKind.EVENT).on("press/news").of(null, template.head.contentType());
        var event = new WireMessage(head, new MessageId(incarnation, number));
        event.number(number, previous);
        return event.payload(template.copyOfPayload());
    }

    private static void publish(WirePeer press, WireMessage event) {
        var out = new FrameWriter();
        out.beginPublication(Topics.publication("press/news", ""));
        out.append(event);
        byte[] publication = out.take();
        press.port.execute(() -> press.port.publish(publication));
    }

    private static void publish(WirePeer press, byte[] topic, Control control) {
        var out = new FrameWriter();
        out.beginPublication(topic);
        out.append(control);
        byte[] publication = out.take();
        press.port.execute(() -> press.port.publish(publication));
    }

    @Test
    void shouldMakeADeadLetterOfAnEventThatItsReceiverCannotHandle() {
        var publisher = mesh.open("press").publisher(NEWS);
        Peer reader = mesh.open("reader");
        reader.subscribe(NEWS, event -> {
            throw new IllegalStateException("no, " + event.payload());
        });
        mesh.settle();
        publisher.publish("1");
        mesh.settle();
        assertThat(mesh.deadLetters).singleElement().satisfies(letter -> {
            assertThat(letter.style()).isEqualTo(InteractionStyle.PUBLISH);
            assertThat(letter.cause()).hasMessage("no, 1");
        });
    }

    @Test
    void shouldEndASurveyWhenEnoughHaveAnsweredAndTellFaultsAndTheRestApart() {
        Peer press = mesh.open("press");
        var surveyor = press.surveyor(POLL);
        var slow = new CompletableFuture<String>();
        mesh.open("one").respond(POLL, request -> "one");
        mesh.open("two").respond(POLL, request -> {
            throw new HandlerFault("abstained", "no opinion");
        });
        mesh.open("three").respondAsync(POLL, HandlerOptions.pooled(), request -> slow);
        mesh.settle();
        var survey = surveyor.survey("?", Duration.ofSeconds(10), 2);
        var listened = new ArrayList<String>();
        var late = new ArrayList<String>();
        survey.onResponse(message -> listened.add(message.payload()));
        survey.onLate(message -> late.add(message.payload()));
        mesh.settle();
        assertThat(survey.whenEnded()).isNotDone();
        assertThat(survey.faults()).singleElement().isInstanceOfSatisfying(FaultedException.class, fault -> assertThat(
                        fault.code())
                .isEqualTo("abstained"));
        mesh.run(Duration.ofSeconds(10));
        assertThat(survey.whenEnded()).isCompleted();
        slow.complete("three");
        mesh.settle();
        assertThat(listened).containsExactly("one");
        assertThat(late).containsExactly("three");
        assertThat(press.counters().lateResponses()).isEqualTo(1);
        var second = surveyor.survey("?", Duration.ofSeconds(10), 2);
        mesh.settle();
        assertThat(second.whenEnded()).isCompleted();
        assertThat(second.responses()).hasSize(2);
    }

    @Test
    void shouldCountResponsesThatNobodyAskedForAndSecondOnes() {
        Peer press = mesh.open("press");
        var surveyor = press.surveyor(POLL);
        var responder = new WirePeer(mesh, "responder");
        WirePeer.Wire wire = responder.dial(press.self().address()).sayHello();
        mesh.settle();
        var survey = surveyor.survey("?", Duration.ofSeconds(1));
        for (MessageId asked :
                List.of(survey.id(), survey.id(), new MessageId(survey.id().incarnation(), 999), new MessageId(1, 1))) {
            WireMessage response =
                    responder.message(SharedFields.of(EnvelopeKind.RESPONSE).of(null, "text/plain"));
            response.inReplyTo = asked;
            wire.send(response.payload(new byte[] {'x'}));
        }
        mesh.settle();
        assertThat(survey.responses()).hasSize(1);
        assertThat(press.counters().duplicateReplies()).isEqualTo(1);
        assertThat(press.counters().unclaimedReplies()).isEqualTo(2);
    }

    @Test
    void endOfAGapIsToldThoughNoOtherEventComes() {
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        subscribe(mesh.open("reader"), "", heard);
        List<Object> others = new ArrayList<>();
        subscribe(mesh.open("reader"), "b", others);
        mesh.settle();
        publisher.publish(Message.event("a", "1"));
        mesh.settle();
        mesh.network.losePublications(random -> true);
        publisher.publish(Message.event("a", "2"));
        publisher.publish(Message.event("b", "3"));
        mesh.settle();
        mesh.network.losePublications(random -> false);
        mesh.run(Duration.ofSeconds(8));
        assertThat(heard).hasSize(3).startsWith("1");
        assertThat(heard.subList(1, 3)).map(PublishSubscribeTest::gap).containsExactly("a 1-2", "b 0-3");
        assertThat(others).map(PublishSubscribeTest::gap).containsExactly("b 0-3");
        mesh.run(Duration.ofMinutes(1));
        publisher.publish(Message.event("b", "4"));
        mesh.settle();
        assertThat(heard).as("each gap once").hasSize(4).endsWith("4");
        assertThat(others).hasSize(2).endsWith("4");
    }

    @Test
    void whatAPublisherSendsWhileTheRegistryHasLostItIsToldWhenItReturns() {
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        var registry = new FickleDiscovery();
        Peer reader = mesh.open(mesh.builder("reader").discovery(registry.over(mesh.discovery)));
        Subscription subscription = subscribe(reader, "", heard);
        mesh.settle();
        publisher.publish("1");
        mesh.settle();
        // As if it stood still: nothing comes of it, and its lease runs out.
        mesh.network.partition(press.self().address(), reader.self().address());
        mesh.run(Duration.ofSeconds(10));
        registry.lose(press.self().name());
        mesh.run(Duration.ofSeconds(5));
        assertThat(subscription.publishers()).isZero();
        publisher.publish("2");
        publisher.publish("3");
        mesh.network.heal(press.self().address(), reader.self().address());
        mesh.run(Duration.ofSeconds(1));
        registry.find(press.self().name());
        mesh.run(Duration.ofSeconds(1));
        publisher.publish("4");
        mesh.settle();
        assertThat(heard).hasSize(3).startsWith("1").endsWith("4");
        assertThat(gap(heard.get(1))).isEqualTo(" 1-3");
    }

    @Test
    void firstEventsOfAPublisherThatStartsAfterTheSubscriptionAreTold() {
        Peer reader = mesh.open("reader");
        subscribe(reader, "", heard);
        mesh.run(Duration.ofSeconds(5));
        var publisher = mesh.open("press").publisher(NEWS);
        publisher.publish(Message.event("a", "1"));
        publisher.publish(Message.event("b", "2"));
        mesh.run(Duration.ofSeconds(2));
        publisher.publish(Message.event("a", "3"));
        mesh.settle();
        assertThat(heard.subList(0, 2)).map(PublishSubscribeTest::gap).containsExactly("a 0-1", "b 0-2");
        assertThat(heard).hasSize(3).endsWith("3");
    }

    @Test
    void firstEventsOfAnEndpointThatIsMadeLaterAreTold() {
        Peer press = mesh.open("press");
        press.surveyor(POLL);
        subscribe(mesh.open("reader"), "", heard);
        mesh.run(Duration.ofSeconds(30));
        press.publisher(NEWS).publish("1");
        mesh.run(Duration.ofSeconds(2));
        press.publisher(NEWS).publish("2");
        mesh.settle();
        assertThat(heard).hasSize(2).endsWith("2");
        assertThat(gap(heard.get(0))).isEqualTo(" 0-1");
    }

    @Test
    void whatWasPublishedBeforeASubscriptionIsNoGap() {
        var publisher = mesh.open("press").publisher(NEWS);
        publisher.publish("before");
        mesh.run(Duration.ofSeconds(1));
        subscribe(mesh.open("reader"), "", heard);
        mesh.run(Duration.ofMinutes(1));
        assertThat(heard).isEmpty();
    }

    @Test
    void anEventAboveTheSubscribersLimitIsAGapAndTheOthersGoOn() {
        var publisher = mesh.open("press").publisher(NEWS);
        Peer reader = mesh.open(mesh.builder("reader").limits(Limits.defaults().withMaxMessageBytes(64 * 1024)));
        subscribe(reader, "", heard);
        mesh.settle();
        publisher.publish("1");
        publisher.publish(Message.event("large", "x".repeat(200_000)));
        publisher.publish("3");
        mesh.run(Duration.ofSeconds(8));
        assertThat(heard).hasSize(3).startsWith("1", "3");
        assertThat(gap(heard.get(2))).isEqualTo("large 0-2");
        assertThat(mesh.errors)
                .singleElement()
                .asString()
                .contains("An event of press")
                .contains("65536");
    }

    @Test
    void confirmationIsGivenToEachWhoAsksForItAndToNobodyWhoNamesNoChannel() {
        Peer press = mesh.open("press");
        var stranger = new WirePeer(mesh, "stranger");
        List<byte[]> first = new ArrayList<>();
        List<byte[]> second = new ArrayList<>();
        byte[] wish = Topics.confirmation(7, "press/news");
        stranger.port.execute(() -> stranger.port
                .openFeed(press.self().publishAddress(), first::add)
                .subscribe(wish));
        mesh.settle();
        assertThat(first).hasSize(1);
        stranger.port.execute(() -> stranger.port
                .openFeed(press.self().publishAddress(), second::add)
                .subscribe(wish));
        mesh.settle();
        assertThat(second).hasSize(1);
        List<byte[]> none = new ArrayList<>();
        for (String name : List.of(
                "press",
                "press/",
                "Press/news",
                "press/n ws",
                "press/news\0x",
                "press/ü",
                "press/" + "n".repeat(128))) {
            stranger.port.execute(() -> stranger.port
                    .openFeed(press.self().publishAddress(), none::add)
                    .subscribe(Topics.confirmation(8, name)));
        }
        mesh.settle();
        assertThat(none).isEmpty();
    }
}
