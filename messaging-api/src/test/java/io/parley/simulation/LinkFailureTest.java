package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.failure.FaultedException;
import io.parley.failure.LinkLostException;
import io.parley.failure.MessagingException;
import io.parley.failure.NoInstanceException;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.failure.TimedOutException;
import io.parley.failure.UndecodableReplyException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.Frames;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.observe.FlowStep;
import io.parley.observe.MessageFlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Links that break or fall silent, and acceptors that answer as they should not. In virtual time. */
class LinkFailureTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final PointToPointChannel<String> TELL = PointToPointChannel.of("far/tell", String.class);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Simulation mesh = new Simulation(5);

    private static <X extends Throwable> X failure(Class<X> type, CompletableFuture<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        var thrown = Assertions.catchThrowableOfType(CompletionException.class, stage::join);
        assertThat(thrown.getCause()).isInstanceOf(type);
        return type.cast(thrown.getCause());
    }

    private Duration now() {
        return Duration.ofNanos(mesh.environment.time().nanoTime());
    }

    private List<MessageFlow> dropped() {
        return mesh.flows.stream()
                .filter(flow -> flow.step() == FlowStep.DROPPED)
                .map(MessageFlow.class::cast)
                .toList();
    }

    @Test
    void shouldFailAtOnceWhatWasOutstandingOnALinkThatBreaksAndDialAgain() {
        Peer far = mesh.open("far");
        var held = new CompletableFuture<String>();
        far.replyAsync(
                ASK, request -> request.payload().equals("hold") ? held : CompletableFuture.completedFuture("ok"));
        Peer near = mesh.open("near");
        mesh.settle();
        var asked = near.requestor(ASK).requestAsync("hold", LONG);
        mesh.settle();
        assertThat(asked).isNotDone();
        Duration severed = now();
        mesh.sever(near, far);
        mesh.until(asked::isDone);
        assertThat(now().minus(severed)).isLessThan(Duration.ofMillis(5));
        assertThat(failure(LinkLostException.class, asked).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(mesh.flows).anySatisfy(flow -> assertThat(flow.step()).isEqualTo(FlowStep.LINK_LOST));
        held.complete("in vain");
        var again = near.requestor(ASK).requestAsync("next", LONG);
        mesh.until(again::isDone);
        assertThat(again).isCompletedWithValue("ok");
        assertThat(now().minus(severed)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void shouldCountEachMessageSentOnceThoughItsLinkBreaks() {
        Peer far = mesh.open("far");
        far.receive(TELL, message -> {});
        Peer near = mesh.open("near");
        var sender = near.sender(TELL);
        mesh.settle();
        var first = sender.sendAsync("one");
        mesh.until(first::isDone);
        sender.sendAsync("two");
        assertThat(near.counters().sent()).as("at once").isEqualTo(2);
        mesh.settle();
        mesh.sever(near, far);
        mesh.run(Duration.ofSeconds(2));
        assertThat(near.counters().linksUp()).as("another link").isEqualTo(1);
        assertThat(near.counters().sent()).isEqualTo(2);
        sender.sendAsync("three");
        assertThat(near.counters().sent()).isEqualTo(3);
        var closed = near.closeAsync(Duration.ofSeconds(1));
        mesh.until(closed::isDone);
        assertThat(near.counters().sent()).isEqualTo(3);
    }

    @Test
    void shouldNoticeALinkThatIsHalfOpenWithinAFewHeartbeats() {
        Peer far = mesh.open("far");
        far.replyAsync(ASK, request -> new CompletableFuture<>());
        Peer near = mesh.open(mesh.builder("near").limits(Limits.defaults().withHeartbeat(Duration.ofSeconds(1))));
        mesh.settle();
        var asked = near.requestor(ASK).requestAsync("q", LONG);
        mesh.run(Duration.ofSeconds(30));
        assertThat(asked).as("a quiet link that answers pings lives").isNotDone();
        mesh.network.partition(near.self().address(), far.self().address());
        Duration cut = now();
        mesh.until(asked::isDone);
        failure(LinkLostException.class, asked);
        assertThat(now().minus(cut)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(6));
        mesh.run(Duration.ofSeconds(20));
        assertThat(near.counters().linksUp()).isZero();
        mesh.network.heal(near.self().address(), far.self().address());
        mesh.run(Duration.ofSeconds(10));
        assertThat(near.counters().linksUp()).isEqualTo(1);
    }

    @Test
    void shouldDropCountAndTellALateReply() {
        var requests = new ArrayList<WireMessage>();
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        far.answering((wire, envelope) -> {
            far.welcome(wire, envelope);
            if (envelope instanceof WireMessage request) {
                requests.add(request);
                mesh.environment.time().schedule(Duration.ofSeconds(2), () -> wire.send(far.reply(request.id, "late")));
            }
        });
        Peer near = mesh.open("near");
        mesh.settle();
        var asked = near.requestor(ASK).requestAsync("q", Duration.ofSeconds(1));
        mesh.run(Duration.ofMillis(1200));
        failure(TimedOutException.class, asked);
        assertThat(far.heard).anySatisfy(envelope -> assertThat(envelope)
                .isEqualTo(new Control.Cancel(
                        near.self().incarnation(), requests.get(0).id.sequence())));
        mesh.run(Duration.ofSeconds(2));
        assertThat(near.counters().lateReplies()).isEqualTo(1);
        assertThat(near.counters().unclaimedReplies()).isZero();
        assertThat(dropped()).singleElement().satisfies(flow -> {
            assertThat(flow.id()).isEqualTo(requests.get(0).id);
            assertThat(flow.detail()).contains("late");
            assertThat(flow.to()).isEqualTo("near/near-1");
        });
    }

    @Test
    void shouldDropCountAndTellASecondReplyAndOneToNobody() {
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        far.answering((wire, envelope) -> {
            far.welcome(wire, envelope);
            if (envelope instanceof WireMessage request) {
                long own = request.id.incarnation();
                wire.send(
                        far.reply(request.id, "first"),
                        far.reply(request.id, "second"),
                        far.reply(new MessageId(own, request.id.sequence() + 1000), "to nobody"),
                        far.reply(new MessageId(own + 1, request.id.sequence()), "to somebody else"));
            }
        });
        Peer near = mesh.open("near");
        mesh.settle();
        var asked = near.requestor(ASK).requestAsync("q");
        mesh.settle();
        assertThat(asked).isCompletedWithValue("first");
        assertThat(near.counters().duplicateReplies()).isEqualTo(1);
        assertThat(near.counters().unclaimedReplies()).isEqualTo(2);
        assertThat(dropped()).hasSize(3);
        assertThat(near.counters().linksUp()).isEqualTo(1);
        assertThat(near.counters().received()).isEqualTo(1);
    }

    @Test
    void shouldNameWhatAnAcceptorOfTheFutureSays() {
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        far.answering((wire, envelope) -> {
            far.welcome(wire, envelope);
            if (envelope instanceof WireMessage request) {
                String how = WirePeer.text(request);
                boolean undecodable = how.equals("undecodable");
                WireMessage answer = far.message(
                        undecodable
                                ? SharedFields.of(EnvelopeKind.REPLY).of(null, "image/png")
                                : SharedFields.of(EnvelopeKind.FAULT));
                answer.inReplyTo = request.id;
                answer.details().fault = undecodable ? 0 : Integer.parseInt(how);
                wire.send(answer);
            }
        });
        Peer near = mesh.open("near");
        mesh.settle();
        var requestor = near.requestor(ASK);
        var refused = requestor.requestAsync("31");
        var faulted = requestor.requestAsync("63");
        var undecodable = requestor.requestAsync("undecodable");
        mesh.settle();
        assertThat(failure(RefusedException.class, refused).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(failure(FaultedException.class, faulted).outcome()).isEqualTo(Outcome.FAULTED);
        assertThat(failure(UndecodableReplyException.class, undecodable).outcome())
                .isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void shouldGiveUpOnAnAcceptorThatDoesNotWelcomeAndTryAgainAfterGrowingPauses() {
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        var dialled = new ArrayList<Duration>();
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello) {
                dialled.add(now());
                wire.send(new Control.Reject(Control.Reject.OVERLOADED, "full"));
            }
        });
        Peer near = mesh.open("near");
        near.sender(TELL).sendAsync("x");
        mesh.run(Duration.ofMinutes(2));
        assertThat(dialled).hasSizeBetween(30, 80);
        Duration early = dialled.get(1).minus(dialled.get(0));
        Duration late = dialled.get(dialled.size() - 1).minus(dialled.get(dialled.size() - 2));
        assertThat(early).isLessThan(Duration.ofMillis(200));
        assertThat(late).isBetween(Duration.ofMillis(1400), Duration.ofMillis(3100));
        assertThat(mesh.errors).filteredOn(error -> error.contains("full")).hasSizeBetween(2, 15);
        far.answering(far::welcome);
        mesh.run(Duration.ofSeconds(5));
        assertThat(near.counters().linksUp()).isEqualTo(1);
    }

    @Test
    void shouldNotTakeAnotherIncarnationOrVersionForTheOneThatWasMeant() {
        for (Control.Welcome welcome : List.of(
                new Control.Welcome(1, new Control.PeerId(77, "far", "far-2"), new Control.LinkLimits(4096, 10, 4096)),
                new Control.Welcome(
                        2,
                        new Control.PeerId(WirePeer.INCARNATION, "far", "far-wire"),
                        new Control.LinkLimits(4096, 10, 4096)))) {
            var own = new Simulation(6);
            var far = new WirePeer(own, "far").announce("far/ask", InteractionStyle.REQUEST);
            far.answering((wire, envelope) -> {
                if (envelope instanceof Control.Hello hello) {
                    assertThat(hello.target()).isEqualTo(WirePeer.INCARNATION);
                    wire.send(welcome);
                }
            });
            Peer near = own.open("near");
            var asked = near.requestor(ASK).requestAsync("q");
            own.run(Duration.ofSeconds(10));
            assertThat(near.counters().linksUp()).isZero();
            assertThat(failure(MessagingException.class, asked).outcome()).isEqualTo(Outcome.NOT_SENT);
            assertThat(far.accepted).hasSizeGreaterThan(1);
            assertThat(far.heard).noneMatch(WireMessage.class::isInstance);
        }
    }

    @Test
    void shouldEndALinkOnWhichAnAcceptorBreaksTheProtocolAndFailWhatIsOutstanding() {
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        var breaches = new ArrayList<byte[]>();
        breaches.add(new byte[] {'P', 1, 0});
        breaches.add(Frames.of(far.hello(1, 1, 0)));
        breaches.add(Frames.of(far.welcome()));
        breaches.add(Frames.of(new Control.Cancel(1, 1)));
        far.answering((wire, envelope) -> {
            far.welcome(wire, envelope);
            if (envelope instanceof WireMessage request) {
                wire.send(breaches.get(Integer.parseInt(WirePeer.text(request))));
            }
        });
        Peer near = mesh.open("near");
        mesh.settle();
        for (int i = 0; i < breaches.size(); i++) {
            var asked = near.requestor(ASK).requestAsync("" + i, LONG);
            mesh.run(Duration.ofSeconds(2));
            failure(LinkLostException.class, asked);
            assertThat(far.accepted.get(i).said(Control.Reject.class))
                    .extracting(Control.Reject::code)
                    .containsExactly(Control.Reject.MALFORMED);
        }
        assertThat(near.counters().malformedFrames()).isEqualTo(breaches.size());
    }

    @Test
    void shouldSendNothingMoreOnALinkWhoseOtherEndIsGoingAway() {
        var far = new WirePeer(mesh, "far").announce("far/ask", InteractionStyle.REQUEST);
        var requests = new ArrayList<WireMessage>();
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello && far.accepted.size() > 1) {
                return;
            }
            far.welcome(wire, envelope);
            if (envelope instanceof WireMessage request) {
                requests.add(request);
                wire.send(new Control.GoingAway(5000));
            }
        });
        Peer near = mesh.open("near");
        mesh.settle();
        var first = near.requestor(ASK).requestAsync("first", LONG);
        mesh.settle();
        var second = near.requestor(ASK).requestAsync("second", Duration.ofSeconds(2));
        mesh.settle();
        assertThat(requests).hasSize(1);
        far.accepted.get(0).send(far.reply(requests.get(0).id, "still answered"));
        mesh.settle();
        assertThat(first).isCompletedWithValue("still answered");
        mesh.run(Duration.ofSeconds(3));
        assertThat(failure(NoInstanceException.class, second).outcome()).isEqualTo(Outcome.NOT_SENT);
    }

    @Test
    void shouldHoldToTheGrantOfTheReceiver() {
        var far = new WirePeer(mesh, "far").announce("far/tell", InteractionStyle.ONE_WAY);
        far.answering((wire, envelope) -> {
            if (envelope instanceof Control.Hello hello) {
                wire.send(new Control.Welcome(
                        1,
                        new Control.PeerId(WirePeer.INCARNATION, "far", "far-wire"),
                        new Control.LinkLimits(2000, 3, 2000)));
            }
        });
        Peer near = mesh.open("near");
        var sender = near.sender(TELL);
        var sent = new ArrayList<CompletableFuture<MessageId>>();
        mesh.settle();
        for (int i = 0; i < 6; i++) {
            sent.add(sender.sendAsync("x".repeat(400)));
        }
        mesh.settle();
        assertThat(sent.stream().filter(CompletableFuture::isDone)).hasSize(3);
        far.accepted.get(0).send(new Control.Credit(100, 2000));
        mesh.settle();
        assertThat(sent.stream().filter(CompletableFuture::isDone))
                .as("the octets")
                .hasSize(4);
        far.accepted.get(0).send(new Control.Credit(100, 100_000));
        mesh.settle();
        assertThat(sent).allMatch(CompletableFuture::isDone);
        assertThat(far.heard).filteredOn(WireMessage.class::isInstance).hasSize(6);
        far.accepted.get(0).send(new Control.Credit(1, 1));
        assertThat(sender.sendAsync("a total never falls")).isCompleted();
    }
}
