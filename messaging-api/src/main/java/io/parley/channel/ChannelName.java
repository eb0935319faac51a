package io.parley.channel;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A channel's name, {@code owner/name}. The owner is the service that reads a point-to-point channel or publishes a
 * publish-subscribe channel, so the name is all that discovery needs. Immutable.
 *
 * @param owner a service's name: 1 to 63 lower-case letters, digits and inner hyphens, beginning with a letter (what DNS holds)
 * @param name 1 to 127 letters, digits and {@code . _ - /}, beginning with a letter or digit
 */
public record ChannelName(String owner, String name) implements Comparable<ChannelName> {

    /** What the names of reserved channels begin with: every peer serves them by itself, and no application can. */
    public static final String RESERVED = "parley.";

    private static final Pattern SERVICE = Pattern.compile("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,126}");

    /** @throws IllegalArgumentException if either part is not as described above */
    public ChannelName {
        requireServiceName(owner);
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("Not a channel name: \"" + name
                    + "\" (1 to 127 letters, digits and . _ - /, beginning with a letter or digit)");
        }
    }

    /** @throws IllegalArgumentException if {@code text} is not of the form {@code owner/name} */
    public static ChannelName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "Not a channel: \"" + text + "\" (expected owner/name, such as orders/place)");
        }
        return new ChannelName(text.substring(0, slash), text.substring(slash + 1));
    }

    /**
     * Returns {@code service} if it can name a service.
     *
     * @throws IllegalArgumentException if it cannot
     */
    public static String requireServiceName(String service) {
        if (!SERVICE.matcher(Objects.requireNonNull(service, "service")).matches()) {
            throw new IllegalArgumentException("Not a service name: \"" + service
                    + "\" (1 to 63 lower-case letters, digits and inner hyphens, beginning with a letter)");
        }
        return service;
    }

    /** Whether it is one of those that every peer serves by itself. */
    public boolean isReserved() {
        return name.startsWith(RESERVED);
    }

    @Override
    public int compareTo(ChannelName other) {
        int byOwner = owner.compareTo(other.owner);
        return byOwner != 0 ? byOwner : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return owner + '/' + name;
    }
}
