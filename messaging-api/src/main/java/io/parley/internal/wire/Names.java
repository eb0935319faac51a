package io.parley.internal.wire;

import java.util.regex.Pattern;

/** The grammar of the names by which peers introduce themselves: section 8 of the wire protocol. Stateless. */
final class Names {

    private static final Pattern SERVICE = Pattern.compile("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private Names() {}

    /** Reads a service's name. The message of what is thrown does not quote it: it may hold anything. */
    static String service(WireReader in) throws MalformedFrameException {
        return matching(SERVICE, in.text8("service"), "the service is no service's name");
    }

    /** Reads an instance's name. The message of what is thrown does not quote it: it may hold anything. */
    static String instance(WireReader in) throws MalformedFrameException {
        return matching(INSTANCE, in.text8("instance"), "the instance is no instance's name");
    }

    private static String matching(Pattern grammar, String name, String otherwise) throws MalformedFrameException {
        if (!grammar.matcher(name).matches()) {
            throw new MalformedFrameException(otherwise);
        }
        return name;
    }
}
