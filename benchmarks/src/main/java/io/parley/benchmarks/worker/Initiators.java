package io.parley.benchmarks.worker;

import io.parley.benchmarks.Case;
import io.parley.benchmarks.Workload;
import java.util.concurrent.Semaphore;

/** What the initiating process does in each workload, whoever the contender is. Immutable. */
final class Initiators {

    private Initiators() {}

    static InitiatingPart of(Link link, Case which) {
        if (link instanceof LockstepLink lockstep
                && (which.workload() == Workload.REQUESTS || which.workload() == Workload.RECORDS)) {
            return new Lockstep(lockstep, which);
        }
        return switch (which.workload()) {
            case ROUND_TRIP -> new RoundTrips(link, which.size());
            case REQUESTS -> new Requests(link, which);
            case RECORDS -> new Records(link, which);
            case ONE_WAY, TRANSFER -> new Sends(link, which.size());
            case PUBLISH -> new Publishes(link, which.size());
            case PACED -> new Paced(link, which);
            case BESIDE -> new Beside(link, which.size());
        };
    }

    private static final class RoundTrips extends InitiatingPart {

        RoundTrips(Link link, int size) {
            super(link, size, Tally.single());
        }

        @Override
        void work() throws Exception {
            while (!isStopped()) {
                long number = next();
                byte[] question = Payloads.make(size, number);
                long start = System.nanoTime();
                byte[] answer = link.ask(question);
                took(System.nanoTime() - start);
                Payloads.require(answer, size, number);
                arrived().add(number);
            }
        }
    }

    /** A number of requests in flight; answers come on other threads. */
    private static final class Requests extends InitiatingPart implements Answered<byte[]> {

        private final Semaphore room;
        private final int inFlight;

        Requests(Link link, Case which) {
            super(link, which.size(), Tally.shared());
            inFlight = which.load();
            room = new Semaphore(inFlight);
        }

        @Override
        void work() throws Exception {
            while (!isStopped()) {
                room.acquire();
                link.ask(Payloads.make(size, next()), this);
            }
            room.acquire(inFlight);
        }

        @Override
        public void onAnswer(byte[] answer) {
            arrived().add(Payloads.number(answer));
            room.release();
        }

        @Override
        public void onFailure(Throwable cause) {
            failed(cause);
            room.release();
        }
    }

    private static final class Records extends InitiatingPart implements Answered<Receipt> {

        private final Semaphore room;
        private final int inFlight;

        Records(Link link, Case which) {
            super(link, which.size(), Tally.shared());
            inFlight = which.load();
            room = new Semaphore(inFlight);
        }

        @Override
        void work() throws Exception {
            while (!isStopped()) {
                room.acquire();
                link.ask(Order.of(next()), this);
            }
            room.acquire(inFlight);
        }

        @Override
        public void onAnswer(Receipt receipt) {
            arrived().add(receipt.number());
            room.release();
        }

        @Override
        public void onFailure(Throwable cause) {
            failed(cause);
            room.release();
        }
    }

    /** A number of requests in flight, all by one thread. Records are bytes here, as many. */
    private static final class Lockstep extends InitiatingPart {

        private final LockstepLink lockstep;
        private final int inFlight;

        Lockstep(LockstepLink link, Case which) {
            super(
                    link,
                    which.workload() == Workload.RECORDS ? Json.write(Order.of(1_000_000)).length : which.size(),
                    Tally.single());
            lockstep = link;
            inFlight = which.load();
        }

        @Override
        void work() throws Exception {
            int outstanding = 0;
            while (!isStopped() || outstanding > 0) {
                while (outstanding < inFlight && !isStopped()) {
                    lockstep.put(Payloads.make(size, next()));
                    outstanding++;
                }
                lockstep.flush();
                while (outstanding > 0) {
                    arrived().add(Payloads.number(lockstep.take()));
                    outstanding--;
                    if (!lockstep.hasNext()) {
                        break;
                    }
                }
            }
        }
    }

    private static final class Sends extends InitiatingPart {

        Sends(Link link, int size) {
            super(link, size, Tally.single());
        }

        @Override
        void work() throws Exception {
            while (!isStopped()) {
                link.send(Payloads.make(size, next()));
            }
            link.flush();
        }
    }

    private static final class Publishes extends InitiatingPart {

        Publishes(Link link, int size) {
            super(link, size, Tally.single());
        }

        @Override
        void work() throws Exception {
            while (!isStopped()) {
                link.publish(Payloads.make(size, next()));
            }
            link.flush();
        }
    }
}
