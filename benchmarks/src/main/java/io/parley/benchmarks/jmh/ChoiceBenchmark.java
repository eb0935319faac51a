package io.parley.benchmarks.jmh;

import io.parley.channel.ChannelName;
import io.parley.discovery.Instance;
import io.parley.environment.Environment;
import io.parley.loadbalance.Candidate;
import io.parley.loadbalance.Candidates;
import io.parley.loadbalance.LoadBalancer;
import io.parley.loadbalance.Picker;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The choice of an instance for one message, alone. Confined to JMH's thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChoiceBenchmark {

    private static final ChannelName CHANNEL = ChannelName.parse("service/channel");

    /** Among how many. */
    @Param({"2", "16", "128"})
    private int instances;

    /** Which balancer. */
    @Param({"roundRobin", "randomOfTwo", "consistentByKey", "zoneFirst"})
    private String balancer = "";

    private @Nullable Picker picker;

    /** JMH makes it. */
    public ChoiceBenchmark() {}

    /** Makes the picker, for a peer in one of two zones. */
    @Setup
    public void make() {
        LoadBalancer chosen =
                switch (balancer) {
                    case "roundRobin" -> LoadBalancer.roundRobin();
                    case "consistentByKey" -> LoadBalancer.consistentByKey();
                    case "zoneFirst" -> LoadBalancer.zoneFirst(LoadBalancer.randomOfTwo());
                    default -> LoadBalancer.randomOfTwo();
                };
        picker = chosen.picker(new Candidates(
                zone(0),
                IntStream.range(0, instances)
                        .<Candidate>mapToObj(i -> new Idle(instance(i)))
                        .toList(),
                Environment.system().random()));
    }

    private static Instance instance(int place) {
        String name = "instance-" + place;
        return new Instance("service", name, place, name, name, new TreeMap<>(), Instant.EPOCH, zone(place));
    }

    private static Map<String, String> zone(int place) {
        return Map.of("zone", place % 2 == 0 ? "north" : "south");
    }

    /** Has nothing to do. Immutable. */
    private record Idle(Instance instance) implements Candidate {

        @Override
        public int outstanding() {
            return 0;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }
    }

    /** Picks for a message with a key. */
    @Benchmark
    public int pick() {
        if (picker == null) {
            throw new IllegalStateException("Not made");
        }
        return picker.pick(CHANNEL, "customer-4711");
    }
}
