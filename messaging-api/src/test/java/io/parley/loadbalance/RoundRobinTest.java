package io.parley.loadbalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.LoadBalancerContract;
import org.junit.jupiter.api.Test;

class RoundRobinTest extends LoadBalancerContract {

    @Override
    protected LoadBalancer balancer() {
        return LoadBalancer.roundRobin();
    }

    @Test
    void shouldGiveEachItsTurn() {
        assertThat(picks(idle(7), 700)).containsOnly(100);
    }
}
