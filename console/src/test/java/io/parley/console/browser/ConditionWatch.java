package io.parley.console.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Notes that the page shows that a peer is in another condition. Confined to one thread. */
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
                + "') conditions.push([target.dataset.condition]); }); watching.observe("
                + "document.querySelector('.mesh'), {subtree: true, attributeFilter: ['data-condition']}); })()");
        return new ConditionWatch(tab, peer);
    }

    /** Runs {@code end} and waits until the page shows that the peer is lost. */
    void untilGone(Runnable end) {
        until("GONE", end);
        // Told apart by its form as well as by its colour.
        assertThat(tab.text("getComputedStyle(document.querySelector('[data-peer=\"" + peer + "\"] span'))"
                        + ".textDecorationLine"))
                .isEqualTo("line-through");
    }

    /** Runs {@code end} and waits until the page shows that the peer left on purpose. */
    void untilLeft(Runnable end) {
        until("LEFT", end);
    }

    private void until(String condition, Runnable end) {
        end.run();
        tab.await("conditions.some(([condition]) => condition === '" + condition + "')");
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
