package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.Publisher;
import io.parley.SubscribeOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.environment.Environment;
import io.parley.failure.LinkLostException;
import io.parley.failure.TimedOutException;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import io.parley.testkit.Await;
import io.parley.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What did not happen, as the page tells it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StoryIT {

    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("teller/news", String.class);
    private static final RequestChannel<String, String> SLOW =
            PointToPointChannel.of("sloth/hold", String.class).withReply(String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MISSING = "document.querySelector('.story .missing')?.innerText ?? ''";
    private static final String DRAWN = "document.querySelector('.story .sequence svg').textContent";

    @TempDir
    static Path home;

    private static ObservedMesh mesh;

    private Tab tab;

    @BeforeAll
    static void openMesh() throws Exception {
        mesh = ObservedMesh.open(home);
    }

    @AfterAll
    static void closeMesh() throws Exception {
        mesh.close();
    }

    @BeforeEach
    void openTab() {
        tab = mesh.openTab();
    }

    @AfterEach
    void nothingWentWrong() {
        mesh.closeTabs();
        assertThat(tab.problems()).isEmpty();
    }

    @Test
    void aRequestWhoseResponderWasKilledHasNoReply() throws Exception {
        Process holder = mesh.openHolding("holder-killed");
        Peer asker = mesh.open("asker", "asker-1");
        var asked = asker.requestor(HoldingPeer.HOLD).requestAsync(question("killed-1", LIMIT.multipliedBy(2)));
        tab.open(mesh.address() + "#/story/killed-1");
        tab.await("/its handler has not ended/.test(" + MISSING + ")");

        holder.destroyForcibly();

        assertThat(asked).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(LinkLostException.class);
        tab.open(mesh.address() + "#/messages");
        tab.open(mesh.address() + "#/story/killed-1");
        tab.await("/no reply has come/.test(" + MISSING + ")");
        assertThat(tab.text(MISSING))
                .contains(
                        "whether it arrived is not known: holder/holder-killed did not answer",
                        "no reply has come to asker/asker-1, as the link was lost");
        assertThat(tab.text(DRAWN)).contains("no word of its arrival", "link lost");
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeHasNoReplyAndThenALateOne() throws Exception {
        Peer sloth = mesh.open("sloth", "sloth-1");
        Peer asker = mesh.open("asker", "asker-2");
        var held = new CompletableFuture<String>();
        sloth.replyAsync(SLOW, request -> held);
        assertThat(asker.requestor(SLOW).requestAsync(question("late-1", Duration.ofSeconds(1))))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withCauseInstanceOf(TimedOutException.class);

        tab.open(mesh.address() + "#/story/late-1");
        tab.await("/no reply has come/.test(" + MISSING + ")");
        assertThat(tab.text(MISSING))
                .contains(
                        "at sloth/sloth-1 its handler has not ended",
                        "no reply has come to asker/asker-2 before the deadline");
        assertThat(tab.text(DRAWN)).contains("timed out").doesNotContain("late reply");

        held.complete("at last");
        Await.until(() -> "the late reply", LIMIT, () -> asker.counters().lateReplies() == 1);
        tab.open(mesh.address() + "#/messages");
        tab.open(mesh.address() + "#/story/late-1");
        tab.await("/too late/.test(" + MISSING + ")");
        assertThat(tab.text(MISSING))
                .contains("its reply came to asker/asker-2 too late, and was dropped")
                .doesNotContain("no reply has come");
        assertThat(tab.text(DRAWN)).contains("timed out", "late reply, dropped");
    }

    @Test
    void anEventForWhichThereWasNoRoomWasDropped() throws Exception {
        Peer teller = mesh.open("teller", "teller-1");
        Peer listener = mesh.open(
                mesh.builder("listener", "listener-1").limits(Limits.defaults().withMaxQueued(1)));
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var subscription =
                listener.subscribe(NEWS, SubscribeOptions.all().withHandling(HandlerOptions.serial()), event -> {
                    if (event.headers().correlationId().orElse("").equals("before")) {
                        return;
                    }
                    begun.countDown();
                    release.await();
                });
        Publisher<String> publisher = teller.publisher(NEWS);
        assertThat(subscription.awaitConnected(LIMIT)).isTrue();

        mesh.awaitWatched(() -> publish(publisher, "before"), teller, listener);
        long before = listener.counters().received();

        publish(publisher, "in-hand");
        assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        publish(publisher, "waits");
        Await.until(() -> "an event to wait", LIMIT, () -> listener.counters().received() == before + 2);
        publish(publisher, "dropped");

        tab.open(mesh.address() + "#/story/dropped");
        tab.await("/was dropped/.test(" + MISSING + ")");
        assertThat(tab.text(MISSING)).contains("at listener/listener-1 it was dropped: no room before the handler");
        assertThat(tab.text(DRAWN))
                .contains("publishes teller/news", "dropped: no room before the handler")
                .doesNotContain("nobody tells of it");
        tab.open(mesh.address() + "#/messages?outcome=lost&channel=teller/news");
        tab.await("/dropped: no room/.test(document.querySelector('.message').innerText)");
        release.countDown();
    }

    private static void publish(Publisher<String> publisher, String conversation) {
        publisher.publish(Message.event("said", Aggregate.NONE, "news")
                .withHeaders(Headers.builder().correlationId(conversation).build()));
    }

    private static Message<String> question(String conversation, Duration limit) {
        return Message.command("hold", "please")
                .withHeaders(Headers.builder()
                        .correlationId(conversation)
                        .deadline(Deadline.after(limit, Environment.system().time()))
                        .build());
    }
}
