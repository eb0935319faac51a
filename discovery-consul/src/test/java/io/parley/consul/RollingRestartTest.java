package io.parley.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.testkit.LoadedCaller;
import io.parley.testkit.LoadedService;
import io.parley.testkit.RollingRestart;
import io.parley.zmq.ZmqTransport;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instances in processes of their own, known through Consul: one after the other is restarted under load. */
@Timeout(300)
class RollingRestartTest {

    private static final int INSTANCES = 3;
    private static final int PER_SECOND = 200;

    /** One of the processes. */
    static final class Instance {

        private Instance() {}

        public static void main(String[] arguments) throws IOException {
            LoadedService.run(builder(LoadedService.NAME, arguments[0]));
        }
    }

    private static PeerBuilder builder(String service, String url) {
        return Peer.named(service).transport(ZmqTransport.create()).discovery(ConsulDiscovery.at(url));
    }

    @Test
    void rollingRestartFailsNoRequestAndLosesNoOneWayMessage() throws Exception {
        try (ConsulAgent agent = ConsulAgent.start();
                var instances = new RollingRestart(Instance.class, agent.url())) {
            for (int i = 0; i < INSTANCES; i++) {
                instances.start();
            }
            try (var caller = new LoadedCaller(builder("caller", agent.url()), PER_SECOND)) {
                for (int i = 0; i < INSTANCES; i++) {
                    instances.end();
                    instances.start();
                }
                caller.stop();
                assertThat(caller.failures()).isEmpty();
                for (int i = 0; i < INSTANCES; i++) {
                    instances.end();
                }
                assertThat(caller.deadLetters()).isEmpty();
                assertThat(instances.handled()).isEqualTo(caller.accepted());
            }
        }
    }
}
