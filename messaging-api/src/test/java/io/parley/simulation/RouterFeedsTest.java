package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Gap;
import io.parley.Peer;
import io.parley.RouterOptions;
import io.parley.SubscribeOptions;
import io.parley.Subscription;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.failure.FaultCode;
import io.parley.failure.RefusedException;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Event;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import io.parley.transport.Feed;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Events and surveys by way of a router: who published them, and what was missed, shows as it would without one. In virtual time. */
class RouterFeedsTest {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("press/news", String.class);
    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("press/poll", String.class).withResponses(String.class);

    private final Simulation mesh = new Simulation(22);
    private final List<Message<String>> heard = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();

    private Peer router(String place) {
        return mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at(place))
                .forwarding(RouterOptions.defaults()));
    }

    private Peer guest(String... routers) {
        FixedDiscovery.Builder fixed = FixedDiscovery.builder();
        for (String router : routers) {
            fixed.everyService("inmem://" + router);
        }
        return mesh.open(mesh.builder("guest").discovery(fixed.build()));
    }

    private Subscription subscribe(Peer guest, String prefix) {
        return guest.subscribe(
                NEWS, SubscribeOptions.all().withSubjectPrefix(prefix).withGapListener(gaps::add), heard::add);
    }

    private List<String> payloads() {
        return heard.stream().map(Message::payload).toList();
    }

    @Test
    void shouldPublishAgainWhatOthersPublish() {
        router("r1");
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        Peer guest = guest("r1");
        Subscription subscription = subscribe(guest, "");
        mesh.until(() -> subscription.publishers() == 1);
        var id = publisher.publish(new Event<>(
                Headers.builder()
                        .key("k")
                        .correlationId("talk")
                        .put("own", "header")
                        .build(),
                "fire",
                new Message.Aggregate("house", "7"),
                "in the north"));
        mesh.until(() -> !heard.isEmpty());
        Event<String> event = (Event<String>) heard.get(0);
        assertThat(event.payload()).isEqualTo("in the north");
        assertThat(event.name()).isEqualTo("fire");
        assertThat(event.aggregate()).isEqualTo(new Message.Aggregate("house", "7"));
        assertThat(event.headers().id()).contains(id);
        assertThat(event.headers().sender())
                .contains(new PeerName("press", press.self().name()));
        assertThat(event.headers().correlationId()).contains("talk");
        assertThat(event.headers().key()).contains("k");
        assertThat(event.headers().application())
                .containsEntry("own", "header")
                .containsEntry("parley-via", "router/router-1");
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void shouldConfirmASubscriptionOnceItsOwnIsInForce() {
        Peer router = router("r1");
        Peer guest = guest("r1");
        Subscription subscription = subscribe(guest, "");
        mesh.run(Duration.ofSeconds(30));
        assertThat(subscription.publishers()).as("nobody publishes yet").isZero();
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        mesh.network.partition(press.self().address(), router.self().address());
        mesh.run(Duration.ofSeconds(30));
        assertThat(subscription.publishers()).as("it cannot be reached").isZero();
        mesh.network.heal(press.self().address(), router.self().address());
        mesh.until(() -> subscription.publishers() == 1);
        publisher.publish("first");
        mesh.until(() -> !heard.isEmpty());
        assertThat(payloads()).containsExactly("first");
        assertThat(gaps).isEmpty();
    }

    @Test
    void shouldSubscribeOnlyWhileSomebodyIsSubscribedHere() {
        router("r1");
        var press = new WirePeer(mesh, "press").announce("press/news", InteractionStyle.PUBLISH);
        mesh.settle();
        assertThat(press.subscribed).isEmpty();
        Peer guest = guest("r1");
        Subscription first = subscribe(guest, "");
        Subscription second = subscribe(guest, "fire");
        mesh.settle();
        assertThat(press.subscribed).isNotEmpty();
        assertThat(press.unsubscribed).isEmpty();
        first.close();
        mesh.settle();
        assertThat(press.unsubscribed).isEmpty();
        second.close();
        mesh.settle();
        assertThat(press.unsubscribed).hasSameSizeAs(press.subscribed);
    }

    @Test
    void shouldSelectBySubjectForEachSubscriber() {
        router("r1");
        var publisher = mesh.open("press").publisher(NEWS);
        Subscription fires = subscribe(guest("r1"), "fire");
        List<String> all = new ArrayList<>();
        Subscription everything = guest("r1").subscribe(NEWS, event -> all.add(event.payload()));
        mesh.until(() -> fires.publishers() == 1 && everything.publishers() == 1);
        publisher.publish(Message.event("fire.north", "1"));
        publisher.publish(Message.event("flood", "2"));
        publisher.publish(Message.event("fire.south", "3"));
        mesh.settle();
        assertThat(payloads()).containsExactly("1", "3");
        assertThat(all).containsExactly("1", "2", "3");
        assertThat(gaps).isEmpty();
    }

    @Test
    void shouldLetShowWhatWasMissedOnItsOwnWayThere() {
        Peer router = router("r1");
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        Subscription subscription = subscribe(guest("r1"), "");
        mesh.until(() -> subscription.publishers() == 1);
        publisher.publish("1");
        mesh.settle();
        mesh.network.partition(press.self().address(), router.self().address());
        publisher.publish("2");
        publisher.publish("3");
        mesh.settle();
        mesh.network.heal(press.self().address(), router.self().address());
        mesh.settle();
        publisher.publish("4");
        mesh.settle();
        assertThat(payloads()).containsExactly("1", "4");
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.lastSeen()).isEqualTo(1);
            assertThat(gap.missedUpTo()).isEqualTo(3);
            assertThat(gap.publisher())
                    .isEqualTo(new PeerName("press", press.self().name()));
        });
    }

    @Test
    void shouldLetShowWhatWasMissedBetweenItAndTheSubscriberThoughNoEventCameBefore() {
        Peer router = router("r1");
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        publisher.publish("before");
        publisher.publish("before");
        Peer guest = guest("r1");
        Subscription subscription = subscribe(guest, "");
        mesh.until(() -> subscription.publishers() == 1);
        mesh.network.partition(guest.self().address(), router.self().address());
        publisher.publish("3");
        mesh.settle();
        mesh.network.heal(guest.self().address(), router.self().address());
        mesh.settle();
        publisher.publish("4");
        mesh.settle();
        assertThat(payloads()).containsExactly("4");
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.lastSeen()).isEqualTo(2);
            assertThat(gap.missedUpTo()).isEqualTo(3);
        });
    }

    @Test
    void shouldTellPublishersThatComeLaterApart() {
        router("r1");
        var first = mesh.open("press").publisher(NEWS);
        Subscription subscription = subscribe(guest("r1"), "");
        mesh.until(() -> subscription.publishers() == 1);
        first.publish("a1");
        Peer press = mesh.open("press");
        var second = press.publisher(NEWS);
        second.publish("early");
        mesh.settle();
        second.publish("b2");
        first.publish("a2");
        mesh.settle();
        assertThat(payloads()).contains("a1", "b2", "a2");
        assertThat(gaps)
                .as("the guest had subscribed before \"early\"")
                .singleElement()
                .satisfies(gap -> {
                    assertThat(gap.publisher().instance())
                            .isEqualTo(press.self().name());
                    assertThat(gap.lastSeen()).isZero();
                    assertThat(gap.missedUpTo()).isEqualTo(1);
                });
        assertThat(heard)
                .extracting(event -> event.headers().sender().orElseThrow().instance())
                .contains("press-2", "press-4");
    }

    @Test
    void shouldBringEachEventOnceWhateverNumberOfRoutersBringIt() {
        Peer first = router("r1");
        router("r2");
        var publisher = mesh.open("press").publisher(NEWS);
        Peer guest = guest("r1", "r2");
        Subscription subscription = subscribe(guest, "");
        mesh.until(() -> subscription.publishers() == 2);
        for (int i = 1; i <= 20; i++) {
            publisher.publish("" + i);
        }
        mesh.settle();
        assertThat(heard).hasSize(20);
        mesh.sever(guest, first);
        first.closeAsync(Duration.ZERO);
        for (int i = 21; i <= 40; i++) {
            publisher.publish("" + i);
        }
        mesh.settle();
        assertThat(payloads()).as("the other router goes on").hasSize(40).doesNotHaveDuplicates();
        assertThat(gaps).isEmpty();
    }

    @Test
    void shouldPassOnSurveysAndBringTheResponsesBack() {
        router("r1");
        router("r2");
        Peer press = mesh.open("press");
        var surveyor = press.surveyor(POLL);
        Peer one = guest("r1");
        Peer two = guest("r1", "r2");
        Peer direct = mesh.open("direct");
        one.respond(POLL, question -> "one");
        two.respond(POLL, question -> "two");
        direct.respond(POLL, question -> "direct");
        mesh.run(Duration.ofSeconds(1));
        var survey = surveyor.survey("who?", Duration.ofSeconds(5));
        mesh.until(() -> survey.whenEnded().isDone());
        assertThat(survey.responses()).extracting(Message::payload).containsExactlyInAnyOrder("one", "two", "direct");
        assertThat(survey.responses())
                .extracting(answer -> answer.headers().sender().orElseThrow().instance())
                .containsExactlyInAnyOrder(
                        one.self().name(), two.self().name(), direct.self().name());
        assertThat(survey.faults()).isEmpty();
        assertThat(mesh.errors).isEmpty();
    }

    @Test
    void shouldDropResponsesToSurveysThatItNeverPassedOn() {
        Peer router = router("r1");
        Peer press = mesh.open("press");
        press.surveyor(POLL);
        var stranger = new WirePeer(mesh, "stranger");
        WirePeer.Wire wire = stranger.dial(router.self().address()).sayHello();
        mesh.settle();
        var response = stranger.message(SharedFields.of(EnvelopeKind.RESPONSE));
        response.inReplyTo = new MessageId(press.self().incarnation(), 1);
        wire.send(response);
        mesh.settle();
        assertThat(router.counters().unclaimedReplies()).isEqualTo(1);
        assertThat(press.counters().unclaimedReplies()).isZero();
    }

    @Test
    void shouldServeNoSubscriptionsThatCannotBe() {
        Peer router = router("r1");
        var stranger = new WirePeer(mesh, "stranger");
        stranger.port.execute(() -> {
            Feed feed = stranger.port.openFeed(router.self().publishAddress(), publication -> {});
            feed.subscribe("No Channel\0".getBytes(StandardCharsets.UTF_8));
            feed.subscribe(new byte[] {0, 0, 0});
            feed.subscribe(new byte[] {(byte) 0xFF, 0});
        });
        mesh.settle();
        assertThat(mesh.errors).singleElement().asString().contains("Somebody subscribed to what cannot be");
        var publisher = mesh.open("press").publisher(NEWS);
        Subscription subscription = subscribe(guest("r1"), "");
        mesh.until(() -> subscription.publishers() == 1);
        publisher.publish("all is well");
        mesh.until(() -> !heard.isEmpty());
    }

    @Test
    void shouldPassOnBurstsWhole() {
        router("r1");
        Peer press = mesh.open("press");
        var publisher = press.publisher(NEWS);
        Subscription subscription = subscribe(guest("r1"), "");
        mesh.until(() -> subscription.publishers() == 1);
        for (int i = 0; i < 10_000; i++) {
            publisher.publish("" + i);
        }
        mesh.run(Duration.ofSeconds(1));
        assertThat(heard).hasSize(10_000);
        assertThat(gaps).isEmpty();
    }

    @Test
    void shouldAnnounceGuestsThatIntroduceThemselvesAsLongAsTheirLinkLasts() {
        RouterOptions guests = RouterOptions.defaults().withGuests(Set.of("press"));
        Peer router = mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r1"))
                .forwarding(guests));
        Peer reader = mesh.open("reader");
        Subscription direct = subscribe(reader, "");
        reader.respond(POLL, question -> "reader");
        List<String> behind = new ArrayList<>();
        Subscription through = guest("r1").subscribe(NEWS, event -> behind.add(event.payload()));
        Peer press = mesh.open(mesh.builder("press")
                .discovery(FixedDiscovery.builder().everyService("inmem://r1").build())
                .announceToRouters("router"));
        var publisher = press.publisher(NEWS);
        mesh.until(() -> direct.publishers() == 1 && through.publishers() == 1);
        publisher.publish("by a guest");
        mesh.settle();
        assertThat(payloads()).containsExactly("by a guest");
        assertThat(behind).containsExactly("by a guest");
        var surveyor = press.surveyor(POLL);
        mesh.settle();
        assertThat(reader.instances("press").iterator().next().channels()).containsKey(POLL.name());
        var survey = surveyor.survey("who?", Duration.ofSeconds(5), 1);
        mesh.until(() -> survey.whenEnded().isDone());
        assertThat(survey.responses()).extracting(Message::payload).containsExactly("reader");
        assertThat(mesh.errors).isEmpty();
        mesh.sever(press, router);
        mesh.until(() -> reader.instances("press").isEmpty());
        mesh.until(() -> !reader.instances("press").isEmpty());
        press.closeAsync(Duration.ofSeconds(1));
        mesh.until(() -> reader.instances("press").isEmpty());
    }

    @Test
    void shouldAnnounceNobodyElse() {
        router("r1");
        Peer press = mesh.open(mesh.builder("press")
                .discovery(FixedDiscovery.builder().everyService("inmem://r1").build())
                .announceToRouters("router"));
        press.publisher(NEWS);
        Peer reader = mesh.open("reader");
        reader.instances("press");
        mesh.run(Duration.ofSeconds(5));
        assertThat(reader.instances("press")).isEmpty();
        assertThat(mesh.deadLetters).isNotEmpty().allSatisfy(letter -> assertThat(letter.cause())
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                        .isEqualTo(FaultCode.UNAUTHORIZED)));
    }

    @Test
    void shouldRefuseIntroductionsThatMakeNoSense() {
        RouterOptions guests = RouterOptions.defaults().withGuests(Set.of("press"));
        Peer router = mesh.open(mesh.builder("router")
                .transport(InMemoryTransport.on(mesh.network).at("r1"))
                .forwarding(guests));
        var stranger = new WirePeer(mesh, "press");
        WirePeer.Wire wire = stranger.dial(router.self().address()).sayHello();
        mesh.settle();
        for (String nonsense : List.of(
                "",
                "inmem://a inmem://b",
                "inmem://a nowhere press/news=publish",
                "inmem://a inmem://b press/news",
                "inmem://a inmem://b press/news=shout",
                "inmem://a inmem://b orders/events=publish")) {
            wire.send(stranger.oneWay("router/guests", nonsense));
        }
        mesh.settle();
        assertThat(wire.said(WireMessage.class))
                .extracting(WireMessage::fault)
                .hasSize(6)
                .containsOnly(FaultCode.INVALID_PAYLOAD.wireValue());
        assertThat(wire.down).isFalse();
    }
}
