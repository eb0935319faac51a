package io.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.transport.Transport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract of every {@link Transport}. A transport's test extends this class and supplies {@link #create} and
 * {@link #createAtFixedAddress}; each test method then runs against the transport.
 */
public abstract class TransportContract implements LinkContract, FrameLimitsContract, FeedContract, PortContract {

    private final List<PortProbe> opened = new CopyOnWriteArrayList<>();

    /** For the transport's test to call. */
    protected TransportContract() {}

    @Override
    public final PortProbe open(Transport transport) {
        PortProbe probe = PortProbe.open(transport, MAX_FRAME, MAX_QUEUED);
        opened.add(probe);
        return probe;
    }

    @AfterEach
    void closeAllAndFindNothingAmiss() {
        opened.forEach(PortProbe::close);
        for (PortProbe probe : opened) {
            assertThat(probe.violations).as("violations at " + probe.name()).isEmpty();
            Await.until("no thread of " + probe.name() + " is left", () -> threadsOf(probe)
                    .isEmpty());
        }
    }

    private static List<String> threadsOf(PortProbe probe) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches(".*\\b" + probe.name() + "\\b.*"))
                .toList();
    }
}
