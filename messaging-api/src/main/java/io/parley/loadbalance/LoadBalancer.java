package io.parley.loadbalance;

/**
 * Decides which of the instances of a service a message goes to. Given to a peer by its builder, for all services or for one.
 *
 * <p>Whenever the set of instances changes, a balancer makes a new {@link Picker} for it, and another for each channel that only some of
 * them serve. Instances without a link, and those that are avoided because they failed of late, are not among the candidates; if there is
 * only one candidate, nobody is asked. Implementations are tried against {@code LoadBalancerContract} in the test kit.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface LoadBalancer {

    /** A picker for these candidates. Called now and then, from any thread. */
    Picker picker(Candidates candidates);

    /** All in turn. */
    static LoadBalancer roundRobin() {
        return RoundRobin::new;
    }

    /**
     * Of two that chance names, the one with fewer requests outstanding. The default: an instance that is slow, or busy with what others
     * sent, gets less by itself, and many peers that choose at the same time do not all come to the same instance.
     */
    static LoadBalancer randomOfTwo() {
        return PowerOfTwoChoices::new;
    }

    /**
     * Messages of one key go to one instance, the same from whichever peer they come (rendezvous hashing of key and instance name). When
     * an instance comes or goes, only those keys move that it gains or loses. A key whose instance has no room goes to the one next
     * in its order. Messages without a key are spread as by {@link #randomOfTwo}.
     *
     * <p>Peers that do not see the same instances, as for a moment after one has come or gone, do not agree: this spreads load and
     * keeps caches warm, it does not give a key an owner.
     */
    static LoadBalancer consistentByKey() {
        return RendezvousHashing::new;
    }

    /** As {@link #zoneFirst(LoadBalancer, int)}, where 64 requests outstanding are as many as an instance should have. */
    static LoadBalancer zoneFirst(LoadBalancer within) {
        return zoneFirst(within, ZoneFirst.MOST_OUTSTANDING);
    }

    /**
     * Instances of the sending peer's own zone, as long as one of them has room and fewer than {@code most} requests of this peer
     * outstanding; then those of other zones, as long as one has; then the own zone again. The zone is the metadata
     * {@value ZoneFirst#ZONE}, both of the peer (its builder's) and of the instances. A peer without a zone has no preference.
     *
     * @param within chooses within the own zone, and among the others
     */
    static LoadBalancer zoneFirst(LoadBalancer within, int most) {
        return new ZoneFirst(within, most);
    }
}
