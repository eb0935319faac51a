package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.message.Message.Aggregate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each field of the list's filter, over four conversations of all kinds, which no two have in common. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FilterIT {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("oracle/ask", String.class).withReply(String.class);
    private static final PointToPointChannel<String> NOTE = PointToPointChannel.of("scribe/note", String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("herald/news", String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> NONE = List.of();
    private static final List<String> ASKED = List.of("answered-1", "faulted-1");
    private static final List<String> ALL = List.of("answered-1", "faulted-1", "noted-1", "told-1");

    @TempDir
    static Path home;

    private static ObservedMesh mesh;
    private static Peer herald;

    private Tab tab;

    @BeforeAll
    static void letThemTalk() throws Exception {
        mesh = ObservedMesh.open(home);
        Peer oracle = mesh.open(mesh.builder("oracle", "oracle-1").onError((what, cause) -> {}));
        Peer scribe = mesh.open("scribe", "scribe-1");
        herald = mesh.open("herald", "herald-1");
        oracle.reply(ASK, question -> {
            if (question.payload().equals("when?")) {
                throw new IllegalStateException("That is not known.");
            }
            return "yes";
        });
        scribe.receive(NOTE, note -> {});
        var news = scribe.subscribe(NEWS, event -> {});
        var publisher = herald.publisher(NEWS);
        assertThat(news.awaitConnected(LIMIT)).isTrue();
        herald.awaitReachable(ASK, LIMIT);
        herald.awaitReachable(NOTE, LIMIT);
        mesh.awaitWatched(
                () -> {
                    herald.requestor(ASK)
                            .requestAsync(Message.document("whether?").withHeaders(in("answered-1")))
                            .join();
                    herald.requestor(ASK)
                            .requestAsync(Message.command("tell", "when?").withHeaders(in("faulted-1")))
                            .handle((answer, failure) -> answer)
                            .join();
                    herald.sender(NOTE).send(Message.command("note", "this").withHeaders(in("noted-1")));
                    publisher.publish(
                            Message.event("happened", Aggregate.NONE, "that").withHeaders(in("told-1")));
                },
                oracle,
                scribe,
                herald);
    }

    private static Headers in(String conversation) {
        return Headers.builder().correlationId(conversation).build();
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
    void eachListNarrowsTheMessagesToThoseThatMatch() {
        tab.open(mesh.address() + "#/messages");
        awaitListed(ALL);
        narrows("Service", Map.of("oracle", ASKED, "scribe", List.of("noted-1", "told-1"), "herald", ALL));
        narrows("Channel", Map.of("scribe/note", List.of("noted-1"), "herald/news", List.of("told-1")));
        narrows(
                "Style",
                Map.of("one-way", List.of("noted-1"), "request", ASKED, "publish", List.of("told-1"), "survey", NONE));
        narrows(
                "Kind",
                Map.of(
                        "document",
                        List.of("answered-1"),
                        "command",
                        List.of("faulted-1", "noted-1"),
                        "event",
                        List.of("told-1")));
        narrows(
                "Outcome",
                Map.of(
                        "done",
                        List.of("answered-1", "noted-1", "told-1"),
                        "failed",
                        List.of("faulted-1"),
                        "faulted",
                        List.of("faulted-1"),
                        "refused",
                        NONE,
                        "timed-out",
                        NONE,
                        "lost",
                        NONE));
    }

    private void narrows(String field, Map<String, List<String>> listed) {
        String selector = "select[aria-label=" + field + "]";
        listed.forEach((value, expected) -> {
            tab.choose(selector, value);
            tab.await("location.hash === '#/messages?" + field.toLowerCase(Locale.ROOT) + "="
                    + value.replace("/", "%2F") + "'");
            awaitListed(expected);
        });
        tab.choose(selector, "");
        tab.await("location.hash === '#/messages'");
        awaitListed(ALL);
    }

    @Test
    void aConversationsIdThatIsTypedLeavesItsMessagesOnly() {
        String field = "input[aria-label=\"Correlation id\"]";
        tab.open(mesh.address() + "#/messages");
        awaitListed(ALL);

        tab.fill(field, "faulted-1");
        awaitListed(List.of("faulted-1"));
        assertThat(tab.text("location.hash")).isEqualTo("#/messages?correlation=faulted-1");
        // Whoever is given the address sees the same.
        Tab other = mesh.openTab();
        other.open(tab.text("location.href"));
        other.await("document.querySelector('" + field + "').value === 'faulted-1'");
        other.await(listed(List.of("faulted-1")));

        tab.fill(field, "faulted");
        awaitListed(List.of());
        tab.await("/Nothing matches/.test(document.querySelector('.rows').innerText)");
        tab.clear(field);
        awaitListed(ALL);
        assertThat(tab.text("location.hash")).isEqualTo("#/messages");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whatComesLaterIsFilteredAsWell() {
        tab.open(mesh.address() + "#/messages?channel=scribe%2Fnote");
        awaitListed(List.of("noted-1"));

        herald.requestor(ASK)
                .requestAsync(Message.document("whether?").withHeaders(in("answered-2")))
                .join();
        herald.sender(NOTE).send(Message.command("note", "this").withHeaders(in("noted-2")));

        awaitListed(List.of("noted-1", "noted-2"));
    }

    private void awaitListed(List<String> conversations) {
        tab.await(listed(conversations));
    }

    /** Whether the messages that are listed are of these conversations, and of all of them. */
    private static String listed(List<String> conversations) {
        return "[...new Set([...document.querySelectorAll('.message')].map(line => line.children[8].textContent))].sort().join()"
                + " === '" + String.join(",", conversations) + "'";
    }
}
