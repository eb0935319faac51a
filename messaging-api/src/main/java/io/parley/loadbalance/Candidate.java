package io.parley.loadbalance;

import io.parley.discovery.Instance;

/** An instance that can take messages, as this peer sees it. What it answers is of this moment. Thread-safe. */
public interface Candidate {

    Instance instance();

    /** Requests of this peer that await an answer from there. One-way messages are not counted: nothing tells when they are done. */
    int outstanding();

    /** False from when it turned a message away for want of credit until it grants more. */
    boolean hasRoom();
}
