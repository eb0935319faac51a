package io.parley;

import io.parley.channel.ChannelName;
import java.util.Set;

/**
 * What a router passes on for others, and how much of it may be in its hands. Immutable.
 *
 * @param maxServices how many services it looks after at a time. When there are more, those without an instance are forgotten first;
 *     where none is, messages for further ones are refused as busy. 1 to 100,000
 * @param maxHeldBytes how many bytes of messages may wait here, altogether, for instances to have room; what is beyond is refused
 *     as busy. It takes effect only where many senders wait at once, each within the window that it was granted. At least 1 MiB, and
 *     never less than two of the largest messages
 * @param guests services whose instances this router announces in its registry if they introduce themselves. Whoever can connect to the
 *     router can do so, and is then sent what is meant for that service. None by default
 */
public record RouterOptions(int maxServices, long maxHeldBytes, Set<String> guests) {

    private static final int MOST_SERVICES = 100_000;
    private static final long MIB = 1024 * 1024;

    private static final RouterOptions DEFAULTS = new RouterOptions(1_000, 128 * MIB, Set.of());

    public RouterOptions {
        if (maxServices < 1 || maxServices > MOST_SERVICES) {
            throw new IllegalArgumentException("maxServices is out of range: " + maxServices);
        }
        if (maxHeldBytes < MIB) {
            throw new IllegalArgumentException("maxHeldBytes is out of range: " + maxHeldBytes);
        }
        guests = Set.copyOf(guests);
        guests.forEach(ChannelName::requireServiceName);
    }

    /** 1,000 services, 128 MiB in hand, and no guests. */
    public static RouterOptions defaults() {
        return DEFAULTS;
    }

    public RouterOptions withMaxServices(int services) {
        return new RouterOptions(services, maxHeldBytes, guests);
    }

    public RouterOptions withMaxHeldBytes(long bytes) {
        return new RouterOptions(maxServices, bytes, guests);
    }

    public RouterOptions withGuests(Set<String> services) {
        return new RouterOptions(maxServices, maxHeldBytes, services);
    }
}
