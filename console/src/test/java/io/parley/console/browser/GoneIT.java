package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that go, as the page shows it, though nobody else ever had to do with them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GoneIT {

    private static final int TIMES = 3;

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

    @AfterEach
    void closeTab() {
        mesh.closeTabs();
    }

    @BeforeEach
    void openTab() {
        tab = mesh.openTab();
        tab.open(mesh.address());
    }

    @Test
    void oneThatIsKilledTurnsGrey() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            Process process = mesh.openProcess("warehouse", "killed-" + i);
            ConditionWatch.of(tab, "warehouse/killed-" + i).untilGone(process::destroyForcibly);
        }
        assertThat(tab.problems()).isEmpty();
    }

    @Test
    void oneThatClosesTurnsGreyAndIsForgottenSoon() {
        for (int i = 0; i < TIMES; i++) {
            Peer peer = mesh.open("passing", "closed-" + i);
            ConditionWatch watch = ConditionWatch.of(tab, "passing/closed-" + i);
            watch.untilLeft(peer::close);
            watch.awaitForgotten();
        }
    }

    @Test
    void oneThatIsFrozenIsInDoubtAndUpAgainWhenItGoesOn() throws Exception {
        Process process = mesh.openProcess("warehouse", "frozen");
        ConditionWatch watch = ConditionWatch.of(tab, "warehouse/frozen");

        signal("STOP", process);
        watch.await("DOUBTFUL");
        signal("CONT", process);

        watch.await("UP");
        assertThat(watch.seen().get(0)).isEqualTo("DOUBTFUL");
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(List.of("kill", "-" + name, String.valueOf(process.pid())))
                        .start()
                        .waitFor())
                .isZero();
    }
}
