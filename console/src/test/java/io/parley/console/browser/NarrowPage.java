package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests whether the page says on a narrow screen what it says on a wide one, and stays legible where there is little room, while the demo runs. */
abstract class NarrowPage {

    private static final List<String> LINKS = List.of(
            "shop|orders|orders/place",
            "orders|payment|payment/authorise",
            "orders|warehouse|warehouse/ship",
            "orders|notification|orders/events",
            "warehouse|notification|warehouse/events",
            "shop|supplier|shop/quotes");

    private String address;
    private Tab tab;

    abstract ShopWithPage shop();

    /** That each link is there, and each service's place. */
    private static String isKnown() {
        return "document.querySelectorAll('.link').length === " + LINKS.size()
                + " && document.querySelector('.picture').dataset.placed";
    }

    @BeforeEach
    void openTab() throws Exception {
        address = shop().address();
        tab = Chromium.shared().openTab();
    }

    @AfterEach
    void nothingWentWrong() {
        tab.close();
        assertThat(tab.problems()).isEmpty();
    }

    @Test
    void eachLinkSaysWhatHowOftenAndHowLongInLettersThatCanBeRead() {
        open("light", 390, "mesh");

        for (String link : LINKS) {
            String[] parts = link.split("\\|");
            String label = label(link);
            // Nothing is quiet for long, and the times of what was not are there.
            tab.await("/\\d.*\\/s\\s+\\d.* (µs|ms|s)/.test(" + label + ".innerText)");
            assertThat(tab.text(label + ".querySelector('.channel').textContent"))
                    .as(link)
                    .isEqualTo(parts[2]);
            assertThat(tab.text(label + ".title"))
                    .as(link)
                    .startsWith(parts[0] + " ")
                    .contains(parts[2] + ", " + parts[1] + " takes it: ")
                    .containsPattern("half of the (answers were back|messages were handled) within [\\d.]+ (µs|ms|s)");
            for (String text : List.of(".verb", ".channel", ".how")) {
                assertThat(letters(label + ".querySelector('" + text + "')"))
                        .as(link + text)
                        .isGreaterThanOrEqualTo(10);
                assertThat(cut(label + ".querySelector('" + text + "')"))
                        .as(link + text)
                        .isFalse();
            }
            tab.await(sight(label));
        }
        tab.await(overlaps() + " === ''");
        assertThat(tab.text("document.querySelector('.totals').innerText")).contains("9 peers", "/s in all", "failing");
    }

    @Test
    void whatDoesNotFitIsReachedByDraggingWhereverThatBegins() {
        open("light", 390, 420, "mesh");
        String last = "document.querySelector('[data-peer=\"notification/notification-1\"]')";
        assertThat(inSight(last)).isFalse();
        assertThat(letters(last)).isGreaterThanOrEqualTo(10);

        // It begins on a service, which is not chosen by that.
        tab.drag("[data-service=orders] .title", 0, -330);

        assertThat(inSight(last)).isTrue();
        assertThat(tab.text("location.hash")).isEqualTo("#/mesh");
        tab.click("[data-service=notification] .title");
        tab.await("document.querySelector('.details h2').innerText === 'notification'");
    }

    @Test
    void whatHasTheFocusComesIntoSight() {
        open("light", 390, 420, "mesh");
        String focused = "document.activeElement.dataset.peer";
        for (int i = 0; i < 60 && !tab.text(focused).equals("notification/notification-1"); i++) {
            tab.press("Tab");
        }

        assertThat(tab.text(focused)).isEqualTo("notification/notification-1");
        assertThat(inSight("document.activeElement")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void besideDetailsThePictureStaysLegibleAndWhatIsChosenInSight(int width) {
        open("dark", width, "mesh");
        for (String link : LINKS) {
            tab.evaluate(
                    "location.hash = '#/mesh?choose=" + link.replace("|", "%7C").replace("/", "%2F") + "'");
            tab.await(label(link) + ".classList.contains('is-chosen')");
            tab.await("document.querySelector('.details h2').innerText === '" + link.split("\\|")[2] + "'");

            tab.await(sight(label(link)));
            assertThat(letters(label(link) + ".querySelector('.how')"))
                    .as(link)
                    .isGreaterThanOrEqualTo(width > 1000 ? 11 : 10);
        }
        tab.click("[aria-label=Close]");
        for (String link : LINKS) {
            tab.await(sight(label(link)));
        }
    }

    @Test
    void aLineOfTheListHasAllThatTellsOfAMessage() {
        open("light", 390, "messages?channel=orders/place");
        tab.await("/(answered|faulted|refused)/.test(document.querySelector('.message')?.innerText)");

        assertThat(tab.text("document.querySelector('.message').innerText"))
                .contains("customer-1", "asks", "orders/place", "PlaceOrder")
                // To the service, or to one of its instances once it is known.
                .containsPattern("\\sorders(-1)?\\s")
                .containsPattern("answered|faulted|refused")
                .containsPattern("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}")
                .containsPattern("\\d (µs|ms|s)\\b");
        for (String part : List.of("from", "style", "to", "time", "channel", "type", "outcome-cell", "took")) {
            String element = "document.querySelector('.message ." + part + "')";
            assertThat(letters(element)).as(part).isGreaterThanOrEqualTo(10);
            assertThat(tab.evaluate(element + ".getBoundingClientRect().right <= innerWidth"))
                    .as(part)
                    .isEqualTo(true);
        }
        tab.await("(() => { const lines = [...document.querySelectorAll('.message')].map(line =>"
                + " line.getBoundingClientRect()).sort((one, other) => one.top - other.top); return lines.every((line,"
                + " place) => place === 0 || line.top >= lines[place - 1].bottom - 1); })()");
    }

    @Test
    void aStoryIsInSightFromSideToSide() {
        open("dark", 360, "messages?channel=warehouse/events");
        tab.await("/handled/.test(document.querySelector('.message')?.innerText)");
        tab.click(".message");
        tab.await("/publishes warehouse\\/events/.test(document.querySelector('.sequence svg')?.textContent)");

        String frame = "document.querySelector('.sequence')";
        assertThat(tab.evaluate(frame + ".scrollWidth <= " + frame + ".clientWidth"))
                .isEqualTo(true);
        assertThat((List<?>) tab.evaluate("(() => { const frame = " + frame + ".getBoundingClientRect(); return"
                        + " [...document.querySelectorAll('.sequence text')].filter(text => { const box ="
                        + " text.getBoundingClientRect(); return box.left < frame.left || box.right > frame.right; })"
                        + ".map(text => text.textContent); })()"))
                .isEmpty();
        assertThat(tab.text(frame + ".textContent"))
                .contains("customer-1", "orders-1", "payment-1", "notification-1", "asks payment/authorise")
                .doesNotContain("…");
        tab.click(".steps summary");
        assertThat((List<?>) tab.evaluate("[...document.querySelectorAll('.steps td, .steps pre')].filter(cell =>"
                        + " cell.getBoundingClientRect().right > innerWidth).map(cell => cell.innerText)"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void noViewHasABarrierOrIsWiderThanTheScreen(String theme) throws Exception {
        open(theme, 360, "mesh");
        for (Map.Entry<String, String> view : views().entrySet()) {
            tab.evaluate("location.hash = '#/" + view.getKey() + "'");
            tab.await(view.getValue());

            assertThat(tab.barriers()).as(view.getKey()).isEmpty();
            assertThat(tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .as(view.getKey())
                    .isEqualTo(true);
        }
    }

    /** Each view's address, and what is true when it is there. */
    private static Map<String, String> views() {
        var views = new LinkedHashMap<String, String>();
        views.put("mesh", "document.querySelector('.details').hidden");
        String details = "document.querySelector('.details h2').innerText === ";
        views.put("mesh?choose=orders", details + "'orders'");
        views.put("mesh?choose=orders%2Forders-1", details + "'orders-1'");
        views.put("mesh?choose=shop%7Corders%7Corders%2Fplace", details + "'orders/place'");
        views.put("messages", "document.querySelectorAll('.message').length > 3");
        views.put("story/customer-1%2F1", "document.querySelector('.sequence svg')");
        views.put("try?channel=orders%2Fplace", "document.querySelector('#try-channel').value === 'orders/place'");
        return views;
    }

    private void open(String theme, int width, String view) {
        open(theme, width, 780, view);
    }

    private void open(String theme, int width, int height, String view) {
        tab.resize(width, height);
        tab.prefer(theme);
        tab.open(address + "#/" + view);
        if (view.equals("mesh")) {
            tab.await(isKnown());
            tab.await("document.getAnimations().every(one => one.transitionProperty !== 'transform')");
        }
    }

    private static String label(String link) {
        return "document.querySelector('[data-link=\"" + link + "\"]')";
    }

    /** How large an element's letters are on the screen. */
    private double letters(String element) {
        return ((Number) tab.evaluate("(() => { const element = " + element + "; const scale ="
                        + " element.getBoundingClientRect().width / element.offsetWidth; return"
                        + " parseFloat(getComputedStyle(element).fontSize) * scale; })()"))
                .doubleValue();
    }

    /** Whether there is more of an element, or of one within, than it has room for. */
    private boolean cut(String element) {
        return Boolean.TRUE.equals(tab.evaluate("[" + element + ", ..." + element + ".querySelectorAll('*')]"
                + ".some(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)"));
    }

    private boolean inSight(String element) {
        return Boolean.TRUE.equals(tab.evaluate(sight(element)));
    }

    /** That an element is within the picture's frame, with nothing on it. */
    private static String sight(String element) {
        return "(() => { const element = " + element + "; const box = element.getBoundingClientRect(); const frame ="
                + " document.querySelector('.picture').getBoundingClientRect(); return box.left >= frame.left &&"
                + " box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom &&"
                + " [[box.left + 3, box.top + 3], [box.right - 3, box.bottom - 3]].every(([x, y]) =>"
                + " element.contains(document.elementFromPoint(x, y))); })()";
    }

    /** Names the cards and labels that lie on each other. */
    private static String overlaps() {
        return "(() => { const boxes = [...document.querySelectorAll('.service, .link, .zoom')].map(one =>"
                + " [one.innerText || 'buttons', one.getBoundingClientRect()]); return boxes.flatMap(([name, a],"
                + " place) => boxes.slice(place + 1).filter(([, b]) => a.left < b.right && b.left < a.right && a.top"
                + " < b.bottom && b.top < a.bottom).map(([other]) => name + ' on ' + other)).join('; '); })()";
    }
}
