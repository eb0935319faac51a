package io.parley.benchmarks.worker;

import io.parley.benchmarks.Contender;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Provides the contenders that run on other libraries (gRPC, Vert.x, RSocket). They are in a module of their own, which the default
 * build leaves out; the service loader finds them if they are on the class path. Immutable.
 */
public abstract class ForeignStacks {

    /** Returns the stacks, or nothing in a build without them. */
    public static Optional<ForeignStacks> find() {
        return ServiceLoader.load(ForeignStacks.class).findFirst();
    }

    /** @throws IllegalArgumentException if {@code contender} does not run on another library */
    abstract Stack of(Contender contender);

    /** Returns the names and versions of the libraries that a contender runs on; nothing for those of Parley and those by hand. */
    public abstract Map<String, String> versions(Contender contender);
}
