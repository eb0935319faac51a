package io.parley.testkit;

import io.parley.discovery.Instance;
import io.parley.loadbalance.Candidate;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** A candidate for a load balancer, behind which nobody is: it has as many requests outstanding as it is told. Thread-safe. */
public final class FakeCandidate implements Candidate {

    private final Instance instance;
    private volatile int outstanding;
    private volatile boolean full;

    private FakeCandidate(Instance instance) {
        this.instance = instance;
    }

    /** An instance of some service. The name also stands for its incarnation and address. */
    public static FakeCandidate named(String name, Map<String, String> metadata) {
        String address = "inmem://" + name;
        return new FakeCandidate(new Instance(
                "service", name, name.hashCode(), address, address, new TreeMap<>(), Instant.EPOCH, metadata));
    }

    /** From now on, this many requests await an answer from it. */
    public FakeCandidate outstanding(int requests) {
        outstanding = requests;
        return this;
    }

    /** From now on it has no room, or room again. */
    public FakeCandidate full(boolean isFull) {
        full = isFull;
        return this;
    }

    @Override
    public Instance instance() {
        return instance;
    }

    @Override
    public int outstanding() {
        return outstanding;
    }

    @Override
    public boolean hasRoom() {
        return !full;
    }
}
