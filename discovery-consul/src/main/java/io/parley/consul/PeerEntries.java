package io.parley.consul;

import io.parley.consul.gateway.CatalogEntry;
import io.parley.consul.gateway.ConsulAddress;
import io.parley.consul.gateway.HealthAnswer;
import io.parley.discovery.Instance;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads what Consul has of one service, skips what is of no use, and warns of it: once, for as long as it is there. Confined to one thread
 * at a time.
 */
final class PeerEntries {

    private static final Logger LOG = System.getLogger(ConsulDiscovery.class.getName());

    private static final int LONGEST_WARNING = 500;

    private final String service;
    private final ConsulAddress address;
    private Set<String> warned = new HashSet<>();

    PeerEntries(String service, ConsulAddress address) {
        this.service = service;
        this.address = address;
    }

    /** By their names; of several that claim one, the one that opened last. */
    Map<String, Instance> read(HealthAnswer answer) {
        var found = new HashMap<String, Instance>();
        var warnings = new HashSet<String>();
        for (CatalogEntry entry : answer.entries()) {
            try {
                Instance instance = PeerEntry.read(entry, service);
                Instance other = found.get(instance.name());
                if (other != null && !isSame(instance, other)) {
                    warnings.add("There are two peers " + instance.label() + ", at " + other.address() + " and "
                            + instance.address() + "; the one that opened last is used");
                }
                if (other == null || isNewer(instance, other)) {
                    found.put(instance.name(), instance);
                }
            } catch (IllegalArgumentException e) {
                warnings.add("The entry " + PeerEntry.shown(entry.id()) + " of " + service + " is skipped: "
                        + e.getMessage());
            }
        }
        answer.broken()
                .forEach(why -> warnings.add("Something that is no entry of " + service + " is skipped: " + why));
        if (answer.isFiltered()) {
            warnings.add("There may be more of " + service + ", which the token may not see");
        }
        warn(warnings);
        return found;
    }

    private void warn(Set<String> warnings) {
        for (String warning : warnings) {
            if (!warned.contains(warning)) {
                LOG.log(Level.WARNING, "Consul at " + address + ": " + onOneLine(warning));
            }
        }
        warned = warnings;
    }

    /** What strangers wrote may be long, and have line breaks, with which it could pass for other lines of the log. */
    private static String onOneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\u2028\u2029]+", "�");
        return line.length() <= LONGEST_WARNING ? line : line.substring(0, LONGEST_WARNING) + '…';
    }

    /** Whether it is one that several have announced. */
    private static boolean isSame(Instance one, Instance other) {
        return one.incarnation() != 0 && one.incarnation() == other.incarnation();
    }

    private static boolean isNewer(Instance one, Instance other) {
        int bySince = one.since().compareTo(other.since());
        return bySince != 0 ? bySince > 0 : Long.compareUnsigned(one.incarnation(), other.incarnation()) > 0;
    }
}
