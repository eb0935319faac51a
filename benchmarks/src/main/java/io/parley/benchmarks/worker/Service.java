package io.parley.benchmarks.worker;

import io.parley.benchmarks.Case;
import io.parley.benchmarks.Workload;

/** What the process that responds does with what reaches it, and counts. As thread-safe as its tally. */
final class Service {

    private final Tally arrived;
    private final boolean counts;
    private final boolean records;

    /** @param arrived single if all comes on one thread */
    Service(Case which, Tally arrived) {
        this.arrived = arrived;
        // There, what counts is the large ones.
        counts = which.workload() != Workload.BESIDE;
        // Those by hand send bytes there.
        records = which.workload() == Workload.RECORDS && !which.contender().isByHand();
    }

    byte[] answer(byte[] question) {
        if (records) {
            return Json.write(answer(Json.read(question, Order.class)));
        }
        if (counts) {
            arrived.add(Payloads.number(question));
        }
        return question;
    }

    Receipt answer(Order order) {
        arrived.add(order.number());
        return order.receipt();
    }

    void take(byte[] payload) {
        arrived.add(Payloads.number(payload));
    }

    Tally arrived() {
        return arrived;
    }
}
