package io.parley.internal;

import io.parley.discovery.Instance;
import io.parley.internal.wire.Control.Welcome;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an instance has told of itself when it welcomed a link, for what the registry leaves out. Immutable.
 *
 * @param publishAddress empty if it has told none that can be used
 */
record Acquaintance(long incarnation, String name, String publishAddress) {

    private static final Pattern TCP = Pattern.compile("(tcp://.+):([1-9][0-9]{0,4})");

    /** @param address where it was dialled */
    static Acquaintance of(Welcome welcome, String address) {
        return new Acquaintance(
                welcome.speaker().incarnation(),
                welcome.speaker().instance(),
                onHostOf(address, welcome.publishAddress()));
    }

    static boolean isNeeded(Instance instance) {
        return instance.incarnation() == 0 || instance.publishAddress().isEmpty();
    }

    Instance complete(Instance instance) {
        boolean isUnknown = instance.incarnation() == 0;
        return new Instance(
                instance.service(),
                isUnknown ? name : instance.name(),
                isUnknown ? incarnation : instance.incarnation(),
                instance.address(),
                instance.publishAddress().isEmpty() ? publishAddress : instance.publishAddress(),
                instance.channels(),
                instance.since(),
                instance.metadata());
    }

    /**
     * What the other side says of where it can be reached, but on the host that was dialled: nobody shall send us elsewhere. Empty if
     * that cannot be.
     */
    static String onHostOf(String dialled, String said) {
        Matcher port = TCP.matcher(said);
        Matcher host = TCP.matcher(dialled);
        if (port.matches() && host.matches()) {
            return host.group(1) + ':' + port.group(2);
        }
        return said.startsWith(dialled) ? said : "";
    }
}
