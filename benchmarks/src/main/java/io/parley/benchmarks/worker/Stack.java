package io.parley.benchmarks.worker;

import io.parley.benchmarks.Case;
import java.nio.file.Path;

/** One contender, as it is put into either process. Each has a file of its own, in the same order. Immutable. */
interface Stack {

    /** What the initiating process works with. */
    Link link(Case which);

    /** The other process. */
    Part responder(Case which);

    static Stack of(Case which, Path directory) {
        return switch (which.contender()) {
            case RAW_JEROMQ -> new RawJeromq();
            case PARLEY, PARLEY_INLINE, PARLEY_UNRECORDED -> new Parley(which.contender(), directory);
            case GRPC, GRPC_DEFAULT, VERTX, RSOCKET ->
                ForeignStacks.find()
                        .orElseThrow(() -> new IllegalStateException(which.contender()
                                + " is not in this build; ./parley-bench builds it, as does mvn -Pforeign-stacks"))
                        .of(which.contender());
            case RAW_TCP -> new RawTcp();
        };
    }
}
