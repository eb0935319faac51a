package io.parley.internal.route;

import io.parley.discovery.Instance;
import io.parley.internal.wire.Control.Welcome;
import io.parley.transport.Port;

/**
 * What an instance has told of itself when it welcomed a link, for what the registry leaves out. Immutable.
 *
 * @param publishAddress empty if it has told none that can be used
 */
record WelcomeInfo(long incarnation, String name, String publishAddress) {

    /** @param address the address at which it was dialled, from {@code port} */
    static WelcomeInfo of(Welcome welcome, String address, Port port) {
        return new WelcomeInfo(
                welcome.speaker().incarnation(),
                welcome.speaker().instance(),
                port.addressOnSameHost(address, welcome.publishAddress()));
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
}
