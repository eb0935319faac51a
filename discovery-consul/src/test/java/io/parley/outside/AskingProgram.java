package io.parley.outside;

import io.parley.consul.ConsulDiscovery;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.transport.AddressFormat;

/** A program that asks the Consul whose URL it is given once, and says what came of it. */
public final class AskingProgram {

    private AskingProgram() {}

    public static void main(String[] arguments) {
        try (ServiceResolver resolver =
                ConsulDiscovery.at(arguments[0]).openResolver(Environment.system(), AddressFormat.opaque())) {
            System.out.println(ConsulDiscovery.class.getModule().getName() + ": " + resolver.services());
        } catch (DiscoveryException e) {
            System.out.println(ConsulDiscovery.class.getModule().getName() + ": " + e.getMessage());
        }
    }
}
