package io.parley.benchmarks.footprint;

import java.time.Duration;
import java.util.List;

/**
 * How large and how long everything is measured. Immutable.
 *
 * @param idleLinks how many links an idle peer has
 * @param settling how long it is left alone before it is looked at
 * @param idling how long it is then looked at
 * @param fewLinks what a link costs is the difference between this many
 * @param manyLinks and this many
 * @param buffers the sizes of buffers to take it for, in bytes
 * @param starts how many fresh JVMs are started one after the other
 * @param memoryPeers numbers of peers in one process, over memory
 * @param socketPeers the same, over sockets; the last of them is then linked as fully as resources allow
 * @param observedPeers how many are looked at
 * @param observedRate how many requests a second they make together, where they do
 * @param neighbours to how many others each of them talks
 * @param warmUp how long requests go before they count
 * @param counting how long they then count
 * @param filling how long the attempt to link all with all may take
 */
record Scale(
        int idleLinks,
        Duration settling,
        Duration idling,
        int fewLinks,
        int manyLinks,
        List<Integer> buffers,
        int starts,
        List<Integer> memoryPeers,
        List<Integer> socketPeers,
        int observedPeers,
        int observedRate,
        int neighbours,
        Duration warmUp,
        Duration counting,
        Duration filling) {

    Scale {
        buffers = List.copyOf(buffers);
        memoryPeers = List.copyOf(memoryPeers);
        socketPeers = List.copyOf(socketPeers);
    }

    static Scale full() {
        return new Scale(
                100,
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                20,
                120,
                List.of(64 * 1024, 128 * 1024),
                5,
                List.of(10, 100, 1000),
                List.of(10, 50, 200),
                200,
                1_000,
                4,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(90));
    }

    /** The same, but an idle peer is left alone for so long. */
    Scale settling(Duration other) {
        return new Scale(
                idleLinks,
                other,
                idling,
                fewLinks,
                manyLinks,
                buffers,
                starts,
                memoryPeers,
                socketPeers,
                observedPeers,
                observedRate,
                neighbours,
                warmUp,
                counting,
                filling);
    }

    /** To see that everything works. What it measures means nothing. */
    static Scale quick() {
        return new Scale(
                3,
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                1,
                3,
                List.of(64 * 1024),
                1,
                List.of(5),
                List.of(5),
                5,
                100,
                2,
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofSeconds(5));
    }
}
