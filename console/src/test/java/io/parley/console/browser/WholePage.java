package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Tests of the page as a person uses it, in a real browser, while the demo runs in processes of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class WholePage {

    private String address;
    private Tab tab;

    abstract ShopWithPage shop();

    @BeforeEach
    void openTab() throws Exception {
        address = shop().address();
        tab = Chromium.shared().openTab();
    }

    @AfterEach
    void nothingWentWrongAndNothingCameFromElsewhere() {
        tab.close();
        assertThat(tab.problems()).isEmpty();
        assertThat(tab.fetched()).isNotEmpty().allSatisfy(fetched -> assertThat(fetched)
                .satisfiesAnyOf(
                        url -> assertThat(url).startsWith(address),
                        url -> assertThat(url).startsWith("data:"),
                        url -> assertThat(url).isEqualTo("about:blank")));
    }

    @Test
    @Order(1)
    void thePictureHasThePeersAndWhatTheySayToEachOther() throws Exception {
        tab.open(address);
        for (String peer : List.of(
                "orders/orders-1",
                "payment/payment-1",
                "warehouse/warehouse-1",
                "warehouse/warehouse-2",
                "notification/notification-1",
                "supplier/supplier-1",
                "supplier/supplier-2",
                "supplier/supplier-3",
                "shop/customer-1")) {
            tab.await("document.querySelector('[data-peer=\"" + peer + "\"]')?.dataset.condition === 'UP'");
        }
        for (String link : List.of(
                "shop|orders|orders/place",
                "orders|payment|payment/authorise",
                "orders|warehouse|warehouse/ship",
                "orders|notification|orders/events",
                "warehouse|notification|warehouse/events",
                "shop|supplier|shop/quotes")) {
            tab.await("/\\d.*\\/s/.test(document.querySelector('[data-link=\"" + link + "\"]')?.innerText)");
        }
        tab.await("document.querySelector('.picture').dataset.placed");
        tab.await("document.querySelector('.picture').dataset.placed && " + overlaps() + " === ''");
        assertThat(tab.barriers()).isEmpty();
    }

    /** Names the cards and labels that lie on each other. */
    private static String overlaps() {
        return "(() => { const boxes = [...document.querySelectorAll('.service, .link')].map(one => [one.innerText,"
                + " one.getBoundingClientRect()]); return boxes.flatMap(([name, a], place) => boxes.slice(place + 1)"
                + ".filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)"
                + ".map(([other]) => name + ' on ' + other)).join('; '); })()";
    }

    @Test
    @Order(2)
    void whatIsClickedTellsMore() throws Exception {
        tab.open(address);
        tab.await("document.querySelector('.picture').dataset.placed");
        tab.click("[data-link='shop|orders|orders/place']");
        tab.await("document.querySelector('.details h2').innerText === 'orders/place'");
        tab.await("document.querySelectorAll('.details canvas').length === 2");
        tab.await("/customer-1/.test(document.querySelector('.details table').innerText)");
        tab.press("Escape");
        tab.await("document.querySelector('.details').hidden");

        tab.click("[data-peer='orders/orders-1']");
        tab.await("document.querySelector('.details h2').innerText === 'orders-1'");
        tab.await("/Largest message/.test(document.querySelector('.details').innerText)");
        tab.await("/payment\\/payment-1/.test(document.querySelector('.details').innerText)");
        assertThat(tab.text("document.querySelector('.details').innerText"))
                .contains("Handler threads", "Credit a link", "warehouse/ship", "ready");
        assertThat(tab.barriers()).isEmpty();
    }

    @Test
    @Order(3)
    void messagesAreListedAsTheyComeAndFiltersHold() throws Exception {
        tab.open(address + "#/messages");
        tab.await("document.querySelectorAll('.message').length > 10");
        String count = "parseInt(document.querySelector('.foot').innerText)";
        long before = ((Number) tab.evaluate(count)).longValue();
        tab.await(count + " > " + before);
        assertThat(tab.barriers()).isEmpty();

        tab.choose("select[aria-label=Channel]", "warehouse/ship");
        tab.await(all(".message .channel", "warehouse/ship"));
        tab.choose("select[aria-label=Channel]", "");
        tab.choose("select[aria-label=Outcome]", "faulted");
        tab.await("[...document.querySelectorAll('.message')].every(line => /faulted/.test(line.innerText))"
                + " && document.querySelectorAll('.message').length > 0");
        tab.choose("select[aria-label=Outcome]", "");
        tab.choose("select[aria-label=Style]", "survey");
        tab.await(all(".message .style", "surveys"));
        assertThat(tab.text("location.hash")).isEqualTo("#/messages?style=survey");
        tab.choose("select[aria-label=Style]", "");
        tab.choose("select[aria-label=Kind]", "event");
        tab.await(all(".message .kind", "event"));
        tab.choose("select[aria-label=Kind]", "");
        tab.fill("input[aria-label=Text]", "nothing has this in it");
        tab.await("/Nothing matches/.test(document.querySelector('.rows').innerText)");
        tab.fill("input[aria-label=Text]", "OrderShipped");
        tab.await(all(".message .channel", "warehouse/events"));
        tab.click(".filters .plain");
        long paused = ((Number) tab.evaluate(count)).longValue();
        tab.await("/have passed since/.test(document.querySelector('.foot').innerText)");
        assertThat(((Number) tab.evaluate(count)).longValue()).isEqualTo(paused);
    }

    private static String all(String selector, String text) {
        return "document.querySelectorAll('" + selector + "').length > 0 && [...document.querySelectorAll('" + selector
                + "')].every(one => one.textContent === '" + text + "')";
    }

    @Test
    @Order(4)
    void whatIsTypedIsAskedAndItsWayHasEveryStep() throws Exception {
        tab.open(address + "#/try?channel=orders/place");
        tab.await("document.querySelector('#try-channel').value === 'orders/place'");
        tab.await("/Ada/.test(document.querySelector('#try-body').value)");
        tab.fill("#try-body", "{\"id\": \"page-it\", \"customer\": \"Grace\", \"product\": \"tea\", \"quantity\": 3}");
        tab.click("form button.strong");
        tab.await("/answered/.test(document.querySelector('.answer h2')?.innerText)");
        Map<String, Object> answer = Json.read(tab.text("document.querySelector('.answer pre').innerText"))
                .orElseThrow();
        assertThat(answer).containsEntry("id", "page-it").containsEntry("total", 1350);
        assertThat(tab.barriers()).isEmpty();

        tab.click(".answer a");
        // What follows from the answered order may come a little later.
        tab.await("/warehouse\\/events/.test(document.querySelector('.story .sequence svg')?.textContent)");
        String drawn = tab.text("document.querySelector('.story .sequence svg').textContent");
        assertThat(drawn)
                .contains("orders-1", "payment-1", "notification-1")
                .containsPattern("warehouse-[12]")
                .contains(
                        "asks orders/place",
                        "asks payment/authorise",
                        "sends warehouse/ship",
                        "publishes orders/events",
                        "publishes warehouse/events",
                        "answer",
                        "handled ",
                        "queued ");
        tab.click(".story .steps summary");
        tab.await("/page-\\S+\\s+answered/.test(document.querySelector('.story .steps')?.innerText)");
        List<String> steps = new ArrayList<>();
        for (Object step : (List<?>) tab.evaluate(
                "[...document.querySelectorAll('.story .steps tbody tr')].map(row => row.cells[1].innerText + ' ' +"
                        + " row.cells[2].innerText.split('\\n')[0] + ' ' + row.cells[4].innerText)")) {
            steps.add(String.valueOf(step));
        }
        assertThat(steps)
                .contains(
                        "orders-1 received asks orders/place",
                        "orders-1 in hand asks orders/place",
                        "orders-1 handled asks orders/place",
                        "orders-1 replied asks orders/place",
                        "orders-1 under way asks payment/authorise",
                        "payment-1 handled asks payment/authorise",
                        "orders-1 answered asks payment/authorise",
                        "orders-1 under way sends warehouse/ship",
                        "notification-1 handled publishes orders/events",
                        "notification-1 handled publishes warehouse/events");
        assertThat(steps).anyMatch(step -> step.matches("page-\\S+ answered asks orders/place"));
        assertThat(tab.barriers()).isEmpty();
    }

    @Test
    @Order(5)
    void whatCannotBeSentIsSaidToBe() {
        tab.open(address + "#/try?channel=orders/place");
        tab.await("document.querySelector('#try-channel').value === 'orders/place'");
        tab.fill("#try-body", "{\"id\": ");
        tab.click("form button.strong");
        tab.await("/not JSON/.test(document.querySelector('.problem').innerText)");
        tab.fill("#try-body", "{\"id\": \"x\", \"customer\": \"Grace\", \"product\": \"gold\", \"quantity\": 3}");
        tab.click("form button.strong");
        tab.await("/faulted/.test(document.querySelector('.answer h2')?.innerText)");
        assertThat(tab.text("document.querySelector('.answer').innerText")).contains("unknown-product");
    }

    @Test
    @Order(6)
    void allSuppliersAnswerASurvey() {
        tab.open(address + "#/try?channel=shop/quotes");
        tab.await("document.querySelector('#try-channel').value === 'shop/quotes'");
        tab.fill("#try-limit", "2000");
        tab.click("form button.strong");
        tab.await("document.querySelectorAll('.answer pre').length === 3");
    }

    @Test
    @Order(7)
    void itCanBeUsedWithoutAMouseOnANarrowScreenAndInTheDark() throws Exception {
        tab.resize(390, 780);
        tab.prefer("dark");
        tab.open(address);
        tab.await("document.querySelector('.picture').dataset.placed");
        tab.await(overlaps() + " === ''");
        assertThat(tab.barriers()).isEmpty();
        assertThat(tab.text("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo("true");
        for (int i = 0;
                i < 40 && !tab.text("document.activeElement.dataset.peer").equals("orders/orders-1");
                i++) {
            tab.press("Tab");
        }
        tab.press("Enter");
        tab.await("document.querySelector('.details h2')?.innerText === 'orders-1'");
        assertThat(tab.barriers()).isEmpty();
        for (String view : List.of("messages", "try")) {
            tab.evaluate("location.hash = '#/" + view + "'");
            tab.await("document.querySelector('." + view + "')");
            assertThat(tab.barriers()).as(view).isEmpty();
            assertThat(tab.text("document.documentElement.scrollWidth <= innerWidth"))
                    .as(view)
                    .isEqualTo("true");
        }
    }

    @Test
    @Order(8)
    void aKilledPeerTurnsGrey() {
        tab.open(address);
        for (String peer : List.of("warehouse/warehouse-2", "supplier/supplier-3", "supplier/supplier-2")) {
            kill(peer);
        }
    }

    @Test
    @Order(9)
    void messagesAreFoundByAHeaderWhichTheirStepsShow() throws Exception {
        tab.open(address + "#/messages");
        tab.fill("input[aria-label=Text]", "CAME-BY: phone");
        tab.await("location.hash === '#/messages?text=CAME-BY%3A+phone'");
        tab.await("document.querySelectorAll('.message').length > 0 && [...document.querySelectorAll('.message')]"
                + ".every(line => line.children[8].textContent.split('/')[1] % 3 === 0)");
        assertThat(tab.barriers()).isEmpty();

        tab.click(".message");
        tab.await("document.querySelector('.story .steps summary')");
        tab.click(".story .steps summary");
        tab.await("/came-by: phone/.test(document.querySelector('.story .headers')?.innerText)");
        tab.await("/key: /.test(document.querySelector('.story .steps').innerText)");
        assertThat(tab.barriers()).isEmpty();

        // A browser complains of what is refused, and rightly so.
        try (Tab mistaken = Chromium.shared().openTab()) {
            mistaken.open(address + "#/messages?kind=note");
            mistaken.await("/Expected as kind one of document, command, event/.test(document.body.innerText)");
            mistaken.await("document.querySelector('#status').dataset.state === 'live'");
        }
    }

    /** Waits until the page shows it. */
    private void kill(String peer) {
        ConditionWatch watch = ConditionWatch.of(tab, peer);
        ProcessHandle process = shop().process(peer.substring(peer.indexOf('/') + 1));
        watch.untilGone(process::destroyForcibly);
    }
}
