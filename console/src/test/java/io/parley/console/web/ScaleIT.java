package io.parley.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.browser.Chromium;
import io.parley.console.browser.Tab;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page with 200 peers and 5,000 flows a second, in a real browser. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ScaleIT {

    private static final int SERVICES = 40;
    private static final int INSTANCES = 5;
    private static final int FLOWS = 5_000;

    /** Waits until the page has drawn some more times, which it does for as long as it is not busy with other things. */
    private static final String DRAWS =
            "(async () => { for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame); return true; })()";

    /** How many steps the foot says were left out. */
    private static final String LEFT_OUT =
            "/([\\d.]+( [kM])?) steps left out/.exec(document.querySelector('.foot').innerText)[1]";

    @Test
    void itNeitherFreezesNorGrows() throws Exception {
        try (var mesh = new MadeUpMesh(SERVICES, INSTANCES, FLOWS);
                PageHost host = PageHost.open(
                        new PageHost.Settings(InetAddress.getLoopbackAddress(), 0, false, Optional.empty(), Set.of()),
                        mesh,
                        new NoTrials());
                Tab tab = Chromium.shared().openTab()) {
            tab.open(host.address());
            tab.await("document.querySelectorAll('.instance').length === " + SERVICES * INSTANCES);
            tab.await("document.querySelector('.picture').dataset.placed");
            assertThat(tab.evaluate(DRAWS)).isEqualTo(true);

            tab.evaluate("location.hash = '#/messages'");
            tab.await("document.querySelectorAll('.message').length > 10");
            assertThat(tab.evaluate(DRAWS)).isEqualTo(true);
            tab.await("/one in \\d+ is shown/.test(document.querySelector('.foot').innerText)");
            tab.await(LEFT_OUT);
            String leftOut = tab.text(LEFT_OUT);
            assertThat(leftOut).isNotEqualTo("0");
            tab.await(LEFT_OUT + " !== '" + leftOut + "'");
            assertThat(((Number) tab.evaluate("document.querySelectorAll('.message').length")).intValue())
                    .isLessThan(100);
            // Of the messages that are shown, all steps.
            tab.await(
                    "[...document.querySelectorAll('.message')].every(line => /answered|faulted/.test(line.innerText))");

            tab.choose("select[aria-label=Channel]", "service-7/ask");
            tab.await(
                    "document.querySelectorAll('.message').length > 10 &&"
                            + " [...document.querySelectorAll('.message .channel')].every(one => one.textContent === 'service-7/ask')");
            // Of one channel there are few enough to show them all.
            tab.await("!/left out|is shown/.test(document.querySelector('.foot').innerText)");
            mesh.leaveOut(4_711);
            tab.await(LEFT_OUT + " === '4711'");
            assertThat(tab.problems()).isEqualTo(List.of());
        }
    }
}
