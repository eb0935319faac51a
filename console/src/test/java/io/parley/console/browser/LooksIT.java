package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.message.Headers;
import io.parley.message.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether each view can be read and used by everybody, and how single messages look. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class LooksIT {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("oracle/ask", String.class).withReply(String.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FOCUSED = "document.activeElement.className";

    @TempDir
    static Path home;

    private static ObservedMesh mesh;
    private static Peer pilgrim;

    private Tab tab;

    @BeforeAll
    static void letThemTalk() throws Exception {
        mesh = ObservedMesh.open(home);
        Peer oracle = mesh.open(mesh.builder("oracle", "oracle-1").onError((what, cause) -> {}));
        pilgrim = mesh.open("pilgrim", "pilgrim-1");
        oracle.reply(ASK, question -> {
            if (question.payload().equals("when?")) {
                throw new IllegalStateException("That is not known.");
            }
            return "yes";
        });
        pilgrim.awaitReachable(ASK, LIMIT);
        mesh.awaitWatched(
                () -> {
                    ask("answered", "whether?");
                    ask("faulted", "when?");
                },
                oracle,
                pilgrim);
    }

    /** Asks, and waits for the answer or the fault. */
    private static void ask(String conversation, String question) {
        pilgrim.requestor(ASK)
                .requestAsync(Message.command("tell", question)
                        .withHeaders(
                                Headers.builder().correlationId(conversation).build()))
                .handle((answer, failure) -> answer)
                .join();
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

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "light, 360", "dark, 360"})
    void noViewHasABarrierOrComplains(String theme, int width) throws Exception {
        tab.resize(width, 740);
        tab.prefer(theme);
        tab.open(mesh.address());
        for (Map.Entry<String, String> view : views().entrySet()) {
            tab.evaluate("location.hash = '#/" + view.getKey() + "'");
            tab.await(view.getValue());

            String where = view.getKey() + ", " + theme + ", " + width + " wide";
            assertThat(tab.barriers()).as(where).isEmpty();
            assertThat(tab.problems()).as(where).isEmpty();
            assertThat(tab.text("document.documentElement.scrollWidth <= innerWidth"))
                    .as(where + ": fits")
                    .isEqualTo("true");
        }
    }

    /** Each view's address, and what is true when it is there. */
    private static Map<String, String> views() {
        var views = new LinkedHashMap<String, String>();
        views.put("mesh", "document.querySelector('.picture').dataset.placed");
        String details = "document.querySelector('.details h2')?.innerText === ";
        views.put("mesh?choose=oracle", details + "'oracle'");
        views.put("mesh?choose=oracle%2Foracle-1", details + "'oracle-1'");
        views.put("mesh?choose=pilgrim%7Coracle%7Coracle%2Fask", details + "'oracle/ask'");
        views.put("messages", "document.querySelectorAll('.message').length > 1");
        views.put("messages?text=nowhere", "/Nothing matches/.test(document.querySelector('.rows').innerText)");
        views.put("story/faulted", "/faulted/.test(document.querySelector('.sequence svg').textContent)");
        views.put("story/nowhere", "/Nobody remembers/.test(document.querySelector('.story').innerText)");
        views.put("try?channel=oracle%2Fask", "document.querySelector('#try-channel').value === 'oracle/ask'");
        return views;
    }

    @Test
    void theThemeThatIsChosenHoldsWhateverTheSystemPrefers() throws Exception {
        tab.prefer("light");
        tab.open(mesh.address() + "#/messages");
        String ground = "getComputedStyle(document.body).backgroundColor";
        String light = tab.text(ground);

        tab.click("#theme");
        tab.click("#theme");

        assertThat(tab.text("document.documentElement.dataset.theme")).isEqualTo("dark");
        assertThat(tab.text(ground)).isNotEqualTo(light);
        assertThat(tab.barriers()).isEmpty();
    }

    @Test
    void aMessagesStoryIsReachedAndLeftByTheKeyboardAlone() throws Exception {
        tab.open(mesh.address() + "#/messages?correlation=answered");
        tab.await("document.querySelectorAll('.message').length > 0");
        tabTo("/^message /.test(" + FOCUSED + ")");
        String message = tab.text("document.activeElement.dataset.message");

        tab.press("Enter");
        tab.await("location.hash === '#/story/answered'");
        tab.await("/answer/.test(document.querySelector('.story .sequence svg').textContent)");
        assertThat(tab.barriers()).isEmpty();
        tab.press("Escape");

        tab.await("location.hash === '#/messages?correlation=answered'");
        tab.await("document.activeElement.dataset.message === '" + message + "'");
    }

    @Test
    void aStoryThatWasOpenedByItsAddressIsLeftForAllMessages() {
        tab.open(mesh.address() + "#/story/answered");
        tab.await("document.querySelector('.story .sequence svg')");

        tab.press("Escape");

        tab.await("location.hash === '#/messages'");
        tab.await("document.querySelectorAll('.message').length > 1");
    }

    @Test
    void aPeersDetailsAreReachedAndLeftByTheKeyboardAlone() {
        tab.open(mesh.address());
        tab.await("document.querySelector('.picture').dataset.placed");
        tabTo("document.activeElement.dataset.peer === 'oracle/oracle-1'");

        tab.press("Enter");
        tab.await("document.querySelector('.details h2')?.innerText === 'oracle-1'");
        tab.press("Escape");

        tab.await("document.querySelector('.details').hidden");
    }

    private void tabTo(String condition) {
        for (int i = 0; i < 60 && !tab.text(condition).equals("true"); i++) {
            tab.press("Tab");
        }
        assertThat(tab.text(condition)).isEqualTo("true");
    }

    @Test
    void aSingleMessageShowsAsADotOnItsWayBeItTheFirstOneOrNot() throws Exception {
        tab.open(mesh.address());
        tab.await("document.querySelector('.picture').dataset.placed");
        tab.evaluate("(() => { window.dots = []; new MutationObserver(changes => changes.forEach(({addedNodes}) =>"
                + " addedNodes.forEach(node => { if (node.classList?.contains('pulse')) dots.push("
                + "node.getAttribute('class')); }))).observe(document.querySelector('.world > svg'),"
                + " {subtree: true, childList: true}); })()");

        ask("dot-1", "whether?");
        tab.await("dots.length === 1");
        ask("dot-2", "when?");
        tab.await("dots.length === 2");
        assertThat((List<?>) tab.evaluate("dots")).isEqualTo(List.of("pulse request", "pulse request is-failure"));

        // Nobody has ever said anything on this one.
        Peer passing = mesh.open("passing", "passing-1");
        passing.awaitReachable(ASK, LIMIT);
        passing.requestor(ASK).request("whether?");
        tab.await("dots.length === 3");
        tab.await("document.querySelector('[data-link=\"passing|oracle|oracle/ask\"]')");
    }
}
