package io.parley.internal.route;

import io.parley.discovery.Instance;
import java.util.List;

/** Is told which instances the services have that this peer has to do with. Called in the I/O context. */
public interface InstancesListener {

    /** The instances of {@code service} have changed, or more is known of them. */
    void onInstances(String service, List<Instance> instances);

    /** The instances of {@code service} are no longer watched. */
    void onForgotten(String service);
}
