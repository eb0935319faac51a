package io.parley.outside;

import io.parley.consul.ConsulDiscovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Membership;
import io.parley.environment.Environment;

/** A program that asks the Consul whose URL it is given once, and says what came of it. */
public final class AskingProgram {

    private AskingProgram() {}

    public static void main(String[] arguments) {
        try (Membership membership = ConsulDiscovery.at(arguments[0]).open(Environment.system())) {
            System.out.println(ConsulDiscovery.class.getModule().getName() + ": " + membership.services());
        } catch (DiscoveryException e) {
            System.out.println(ConsulDiscovery.class.getModule().getName() + ": " + e.getMessage());
        }
    }
}
