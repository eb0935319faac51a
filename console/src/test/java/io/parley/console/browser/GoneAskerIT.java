package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.failure.HandlerFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What became of what somebody asked who is no longer there to tell. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GoneAskerIT {

    static final RequestChannel<Matter, String> ADVICE =
            PointToPointChannel.of("adviser/advice", Matter.class).withReply(String.class);
    static final SurveyChannel<String, String> OPINIONS =
            PublishSubscribeChannel.of("asking/opinions", String.class).withResponses(String.class);

    /** What is to be decided. */
    record Matter(String name) {}

    private static final String DRAWN = "document.querySelector('.story .sequence svg').textContent";
    private static final String MISSING = "document.querySelector('.story .missing')?.innerText ?? ''";
    private static final String NOTES = "document.querySelector('.story .notes')?.innerText ?? ''";

    @TempDir
    static Path home;

    private static ObservedMesh mesh;
    private static Tab tab;

    /** Has all be asked and answered, and then kills the one that asked. */
    @BeforeAll
    static void killTheAsker() throws Exception {
        mesh = ObservedMesh.open(home);
        Peer adviser = mesh.open("adviser", "adviser-1");
        adviser.reply(ADVICE, question -> {
            if (question.payload().name().equals("nonsense")) {
                throw new HandlerFault("nonsense", "I have no words");
            }
            return "yes";
        });
        for (String name : List.of("friend-1", "friend-2")) {
            mesh.open("friend", name).respond(OPINIONS, question -> "fine by " + name);
        }
        Process asker = mesh.openProcess(AskingPeer.class, "asking-1");
        tab = mesh.openTab();
        // The page is told that the asker is there, and later that it is gone.
        tab.open(mesh.address());
        ConditionWatch watch = ConditionWatch.of(tab, "asking/asking-1");

        watch.untilGone(() -> kill(asker));
    }

    private static void kill(Process process) {
        CompletableFuture<Process> ended = process.onExit();
        process.destroyForcibly();
        assertThat(ended).succeedsWithin(Duration.ofSeconds(60));
    }

    @AfterAll
    static void closeMesh() throws Exception {
        mesh.close();
    }

    @AfterEach
    void nothingWentWrong() {
        assertThat(tab.problems()).isEmpty();
    }

    private static void openStory(String id) {
        tab.open(mesh.address() + "#/messages");
        tab.open(mesh.address() + "#/story/" + id);
        tab.await(DRAWN);
    }

    @Test
    void itsAnswerHasLeftAndWhetherItCameIsNotKnown() throws Exception {
        openStory("asked-well");

        tab.await("/replied; whether it came is not known/.test(" + DRAWN + ")");
        assertThat(tab.text(DRAWN)).containsPattern("handled [\\d.]+ .s").containsPattern("queued [\\d.]+ .s");
        assertThat(tab.text("document.querySelectorAll('.story .arrow.is-unheard').length"))
                .isEqualTo("1");
        assertThat(tab.text(MISSING))
                .contains("adviser/adviser-1 has replied; whether that came to asking/asking-1 is not known");
        // Until the registry has lost it, it is asked.
        assertThat(tab.text(NOTES)).containsPattern("(nobody could ask|no answer from) asking/asking-1");
        assertThat(tab.barriers()).isEmpty();
    }

    @Test
    void itsFaultIsThereWithWhatTheHandlerSaid() {
        openStory("asked-badly");

        tab.await("/faulted: I have no words/.test(" + DRAWN + ")");
        assertThat(tab.text(DRAWN)).contains("whether it came is not known");
        assertThat(tab.text("document.querySelectorAll('.story .arrow.is-unheard.is-bad').length"))
                .isEqualTo("1");
    }

    @Test
    void itsRefusalIsThereWithItsReason() {
        openStory("asked-what-cannot-be-read");

        tab.await("/refused: /.test(" + DRAWN + ")");
        assertThat(tab.text(DRAWN)).contains("whether it came is not known");
        assertThat(tab.text(MISSING))
                .contains(
                        "adviser/adviser-1 has refused it (Not a Matter: malformed JSON (line 1, column 2)); whether");
    }

    @Test
    void allWhoRespondedToItsSurveyAreThere() {
        openStory("asked-all");

        tab.await("document.querySelectorAll('.story .arrow.is-unheard').length === 2");
        assertThat(tab.text(MISSING))
                .contains("friend/friend-1 has replied; whether", "friend/friend-2 has replied; whether");
    }

    @Test
    void theTerminalTellsTheSame() throws Exception {
        assertThat(mesh.output("explain", "asked-badly"))
                .contains(
                        "faulted after",
                        "but adviser/adviser-1 has replied that it failed; whether that came to asking/asking-1 is not known")
                .containsPattern("But (nobody could ask|no answer from) asking/asking-1\\.");
    }
}
