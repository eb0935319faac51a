package io.parley.benchmarks.worker;

import org.jspecify.annotations.Nullable;

/**
 * Small round trips one after the other, by themselves first, and once {@link #load} was called beside large one-way messages on the
 * same link. What is initiated and accounted for are the large ones; each small one is looked at as it is answered. Confined
 * as other parts are.
 */
final class Beside extends InitiatingPart {

    static final int SMALL = 64;

    private @Nullable Thread sender;

    Beside(Link link, int size) {
        super(link, size, Tally.single());
    }

    @Override
    void work() throws Exception {
        for (long number = 1; !isStopped(); number++) {
            byte[] question = Payloads.make(SMALL, number);
            long start = System.nanoTime();
            byte[] answer = link.ask(question);
            took(System.nanoTime() - start);
            Payloads.require(answer, SMALL, number);
            arrived().add(number);
        }
    }

    @Override
    public void load() {
        sender = new Thread(this::send, "sender");
        sender.setDaemon(true);
        sender.start();
    }

    @Override
    public void stop() throws Exception {
        super.stop();
        if (sender != null) {
            awaitEnd(sender);
        }
        failIfFailed();
    }

    private void send() {
        try {
            while (!isStopped()) {
                link.send(Payloads.make(size, next()));
            }
            link.flush();
        } catch (Exception e) {
            failed(e);
        }
    }
}
