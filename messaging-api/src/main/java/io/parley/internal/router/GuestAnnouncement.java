package io.parley.internal.router;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.Instance;
import io.parley.internal.link.OutboundLink;
import io.parley.internal.link.SendBuffer.Verdict;
import io.parley.internal.link.SentOneWays;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.Control.PeerId;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How a peer of which no registry is told makes itself known to the routers that it has links to: by a one-way message, on each link
 * anew, and whenever its channels change. Confined to the I/O context, but for {@link #read}.
 */
public final class GuestAnnouncement {

    /** Its name within the routers' service. */
    static final String CHANNEL = "guests";

    private static final int MOST_CHANNELS = 10_000;
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern ADDRESS = Pattern.compile("[a-z]+://[!-~]{1,250}");

    private final PeerContext core;
    private final SentOneWays sentOneWays;
    private final ChannelName channel;
    private final Supplier<Instance> self;

    /** @param routers the service that they are instances of */
    public GuestAnnouncement(PeerContext core, SentOneWays sentOneWays, String routers, Supplier<Instance> self) {
        this.core = core;
        this.sentOneWays = sentOneWays;
        this.self = self;
        channel = new ChannelName(routers, CHANNEL);
    }

    /** Tells one of them, which has just welcomed us, or would not know of what is new. */
    public void announceTo(OutboundLink router) {
        Instance instance = self.get();
        if (instance.channels().isEmpty() || core.isClosing()) {
            return;
        }
        var message = new WireMessage(
                SharedFields.of(EnvelopeKind.ONE_WAY).on(channel.toString()).of("Guest", "text/plain;charset=utf-8"),
                core.nextId());
        message.payload(write(instance).getBytes(StandardCharsets.UTF_8));
        sentOneWays.add(message.id.sequence(), channel, null);
        if (router.offer(message) == Verdict.NO_CREDIT) {
            core.complaints.report(
                    "introduction",
                    router.other() + " takes no introduction now; it is told again with the next link",
                    new IllegalStateException("no credit"));
        }
    }

    private static String write(Instance instance) {
        var text = new StringBuilder(instance.address() + ' ' + instance.publishAddress());
        instance.channels()
                .forEach((name, style) ->
                        text.append(' ').append(name).append('=').append(style.text()));
        return text.toString();
    }

    /** @throws IllegalArgumentException if it is none */
    static Instance read(PeerId speaker, String text, Instant now) {
        String[] parts = text.split(" ", MOST_CHANNELS + 2);
        boolean isSound = parts.length > 2
                && INSTANCE.matcher(speaker.instance()).matches()
                && ADDRESS.matcher(parts[0]).matches()
                && ADDRESS.matcher(parts[1]).matches();
        if (!isSound) {
            throw new IllegalArgumentException("An introduction has a name, two addresses and channels");
        }
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        for (String part : List.of(parts).subList(2, parts.length)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("A channel is introduced with its style, not as \"" + part + '"');
            }
            ChannelName name = ChannelName.parse(part.substring(0, equals));
            if (!name.owner().equals(speaker.service())) {
                throw new IllegalArgumentException(name + " is not a channel of " + speaker.service());
            }
            channels.put(name, InteractionStyle.parse(part.substring(equals + 1)));
        }
        return new Instance(
                speaker.service(),
                speaker.instance(),
                speaker.incarnation(),
                parts[0],
                parts[1],
                channels,
                now,
                Map.of());
    }
}
