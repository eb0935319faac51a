package io.parley.consul;

import io.parley.consul.gateway.CatalogEntry;
import io.parley.consul.gateway.ConsulAddress;
import io.parley.consul.gateway.HealthAnswer;
import io.parley.discovery.Instance;
import io.parley.text.PlainText;
import io.parley.transport.AddressFormat;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Reads what Consul has of one service, skips what is of no use, and warns of it: once, for as long as it is there. Confined to one thread
 * at a time.
 */
final class PeerEntries {

    private static final Logger LOG = System.getLogger(ConsulDiscovery.class.getName());

    private static final int LONGEST_WARNING = 500;

    /** As many addresses of one incarnation are tried. */
    private static final int MOST_PLACES = 8;

    private final String service;
    private final ConsulAddress address;
    private final AddressFormat addresses;
    private Set<String> warned = new HashSet<>();

    PeerEntries(String service, ConsulAddress address, AddressFormat addresses) {
        this.service = service;
        this.address = address;
        this.addresses = addresses;
    }

    /**
     * Of several that claim one name, the one that opened last. Of one incarnation there may be entries with several addresses: all of them
     * are given, as only the one that answers is right.
     */
    List<Instance> read(HealthAnswer answer) {
        var found = new LinkedHashMap<String, List<Instance>>();
        var warnings = new HashSet<String>();
        for (CatalogEntry entry : answer.entries()) {
            try {
                Instance instance = PeerEntry.read(entry, service, addresses);
                add(instance, found.computeIfAbsent(instance.name(), first -> new ArrayList<>()), warnings);
            } catch (RuntimeException e) {
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
        return found.values().stream().flatMap(List::stream).toList();
    }

    private static void add(Instance instance, List<Instance> namesakes, Set<String> warnings) {
        if (namesakes.isEmpty()) {
            namesakes.add(instance);
            return;
        }
        Instance other = namesakes.get(0);
        if (!isSame(instance, other)) {
            warnings.add("There are two peers " + instance.label() + ", at " + PeerEntry.shown(other.address())
                    + " and " + PeerEntry.shown(instance.address()) + "; the one that opened last is used");
            if (isNewer(instance, other)) {
                namesakes.clear();
                namesakes.add(instance);
            }
            return;
        }
        for (int i = 0; i < namesakes.size(); i++) {
            if (namesakes.get(i).address().equals(instance.address())) {
                if (isNewer(instance, namesakes.get(i))) {
                    namesakes.set(i, instance);
                }
                return;
            }
        }
        if (namesakes.size() < MOST_PLACES) {
            namesakes.add(instance);
        } else {
            warnings.add("There are more than " + MOST_PLACES + " entries of " + instance.label()
                    + " with different addresses; some are skipped");
        }
    }

    /** The names of all instances that there are sound entries of. */
    Set<String> names(HealthAnswer answer) {
        var names = new HashSet<String>();
        for (CatalogEntry entry : answer.entries()) {
            try {
                names.add(PeerEntry.read(entry, service, addresses).name());
            } catch (RuntimeException e) {
                // Told of where it is healthy; until then it is nobody's.
            }
        }
        return names;
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
        String line = PlainText.of(text);
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
