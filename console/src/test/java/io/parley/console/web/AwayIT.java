package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.browser.Chromium;
import io.parley.console.browser.Tab;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A page whose host goes, in a real browser. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AwayIT {

    @Test
    void whoServedItHasEndedItSaysAndGoesOnWhenItIsServedAgain() throws Exception {
        try (var mesh = new MadeUpMesh(2, 1, 20);
                Tab tab = Chromium.shared().openTab()) {
            int port;
            try (PageHost host = open(mesh, 0)) {
                port = URI.create(host.address()).getPort();
                tab.open(host.address());
                tab.await("document.getElementById('status').dataset.state === 'live'");
                assertThat(tab.evaluate("document.getElementById('away').hidden"))
                        .isEqualTo(true);
            }

            tab.await("!document.getElementById('away').hidden");

            assertThat(tab.text("document.getElementById('away').innerText"))
                    .contains("has ended, or cannot be reached", "--stay", "was last seen at");
            assertThat(tab.barriers()).isEmpty();
            try (PageHost again = open(mesh, port)) {
                assertThat(URI.create(again.address()).getPort()).isEqualTo(port);
                tab.await("document.getElementById('status').dataset.state === 'live'");
                tab.await("document.getElementById('away').hidden");
            }
        }
    }

    private static PageHost open(MadeUpMesh mesh, int port) throws Exception {
        var settings = new PageHost.Settings(InetAddress.getLoopbackAddress(), port, false, Optional.empty(), Set.of());
        return PageHost.open(settings, mesh, new NoTrials());
    }
}
