package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceRegistry;
import io.parley.failure.FaultCode;
import io.parley.internal.convert.ThrowableText;
import io.parley.internal.link.InboundLink;
import io.parley.internal.runtime.PeerConfig;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * Peers without a registry that have introduced themselves to this router, which announces them in its own as long as their link lasts.
 * Only those of services that it was told to. Confined to the I/O context.
 */
final class Guests {

    private static final int MOST = 1_000;

    private final PeerContext core;
    private final Set<String> services;
    private final Map<InboundLink, Guest> present = new HashMap<>();

    private record Guest(ServiceRegistry registry, Instance instance) {}

    Guests(PeerContext core, Set<String> services) {
        this.core = core;
        this.services = services;
    }

    static ChannelName channel(String routers) {
        return new ChannelName(routers, GuestAnnouncement.CHANNEL);
    }

    /**
     * Announces who is at the other end of the link, or what it offers now.
     *
     * @throws SecurityException if it is not for this router to announce
     * @throws RuntimeException if it makes no sense, or the registry does not take it
     */
    private void welcome(InboundLink link, byte[] introduction) {
        PeerId speaker = link.dialler();
        if (speaker == null || !services.contains(speaker.service())) {
            throw new SecurityException(core.name + " does not announce others of that service");
        }
        Instance instance = GuestAnnouncement.read(
                speaker, new String(introduction, StandardCharsets.UTF_8), core.time.wallClock());
        Guest guest = present.get(link);
        if (guest == null) {
            if (present.size() >= MOST) {
                throw new SecurityException(core.name + " announces as many others as it may");
            }
            ServiceRegistry registry = openRegistry();
            registry.livenessProbe(core.port()::execute);
            guest = new Guest(registry, instance);
            present.put(link, guest);
        } else if (guest.instance.channels().equals(instance.channels())) {
            return;
        }
        try {
            guest.registry.announceOnBehalfOf(instance, core.name.instance());
            present.put(link, new Guest(guest.registry, instance));
        } catch (RuntimeException e) {
            leave(link);
            throw e;
        }
    }

    private ServiceRegistry openRegistry() {
        PeerConfig.Plugins plugins = core.config.plugins();
        return plugins.discovery()
                .openRegistry(plugins.environment(), plugins.transport().addressFormat())
                .orElseThrow(() -> new DiscoveryException(
                        core.name + " cannot announce guests: its discovery is read-only: " + plugins.discovery()));
    }

    /** Handles a guest's introduction of itself. */
    void introduce(RoutedMessage message) {
        try {
            InboundLink from = message.from();
            if (from != null) {
                welcome(from, message.copyOfPayload());
            }
        } catch (SecurityException e) {
            message.refuse(FaultCode.UNAUTHORIZED, ThrowableText.messageOrName(e));
        } catch (Throwable e) {
            // Whatever the registry does not take: the guest said it.
            message.refuse(FaultCode.INVALID_PAYLOAD, ThrowableText.messageOrName(e));
        } finally {
            message.done();
        }
    }

    /** The registry may take a moment to be told, for which nobody else shall wait. */
    void leave(InboundLink link) {
        Guest guest = present.remove(link);
        if (guest == null) {
            return;
        }
        if (!core.isClosing()) {
            try {
                core.pool.execute(guest.registry::close);
                return;
            } catch (RejectedExecutionException e) {
                // No thread is to be had: then it has to be this one.
            }
        }
        guest.registry.close();
    }
}
