package io.parley.benchmarks.footprint;

import java.util.List;

/** What a thread is for, by its name. Stateless. Thread-safe. */
final class ThreadKinds {

    /** Names of threads, whatever stands between and after these words: the peer's name, and a number. */
    private static final List<String> ZMQ = List.of("iothread", "reaper");

    private static final String OURS = "parley-";
    static final String OTHERS = "others";

    private ThreadKinds() {}

    static String of(String thread) {
        if (!thread.startsWith(OURS)) {
            return OTHERS;
        }
        for (String word : ZMQ) {
            if (thread.contains("-" + word + "-")) {
                return "zmq-" + word;
            }
        }
        String[] words = thread.split("-", 3);
        return words[0] + "-" + words[1];
    }
}
