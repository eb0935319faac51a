package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Notes when the page shows that a peer is in another condition, by the page's own clock. Confined to one thread. */
final class ConditionWatch {

    private final Tab tab;
    private final String peer;

    private ConditionWatch(Tab tab, String peer) {
        this.tab = tab;
        this.peer = peer;
    }

    /** Begins to look at {@code peer}, which is up. */
    static ConditionWatch of(Tab tab, String peer) {
        tab.await("document.querySelector('[data-peer=\"" + peer + "\"]')?.dataset.condition === 'UP'");
        tab.evaluate("(() => { window.conditions = []; window.watching?.disconnect(); window.watching ="
                + " new MutationObserver(changes => { for (const {target} of changes) if (target.dataset.peer === '"
                + peer
                + "') conditions.push([target.dataset.condition, Date.now()]); }); watching.observe("
                + "document.querySelector('.mesh'), {subtree: true, attributeFilter: ['data-condition']}); })()");
        return new ConditionWatch(tab, peer);
    }

    /** How many milliseconds it took from {@code end} until the page showed that the peer is lost. */
    long untilGone(Runnable end) {
        long millis = until("GONE", end);
        // Told apart by its form as well as by its colour.
        assertThat(tab.text("getComputedStyle(document.querySelector('[data-peer=\"" + peer + "\"] span'))"
                        + ".textDecorationLine"))
                .isEqualTo("line-through");
        return millis;
    }

    /** How many milliseconds it took from {@code end} until the page showed that the peer left on purpose. */
    long untilLeft(Runnable end) {
        return until("LEFT", end);
    }

    private long until(String condition, Runnable end) {
        long endedAt = System.currentTimeMillis();
        end.run();
        tab.await("conditions.some(([condition]) => condition === '" + condition + "')");
        Number shownAt =
                (Number) tab.evaluate("conditions.find(([condition]) => condition === '" + condition + "')[1]");
        return shownAt.longValue() - endedAt;
    }

    /** Waits until the page does not show the peer any more. */
    void awaitForgotten() {
        tab.await("!document.querySelector('[data-peer=\"" + peer + "\"]')");
    }

    void await(String condition) {
        tab.await("conditions.at(-1)?.[0] === '" + condition + "'");
    }

    /** All conditions that it has been in since. */
    List<?> seen() {
        return (List<?>) tab.evaluate("conditions.map(([condition]) => condition)");
    }
}
