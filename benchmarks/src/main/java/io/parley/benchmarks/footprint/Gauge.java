package io.parley.benchmarks.footprint;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.TreeMap;

/** What this process holds and has used. Stateless. Thread-safe. */
final class Gauge {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    /** One collection can leave what only the next finds out to be dead, direct buffers among it. */
    private static final int COLLECTIONS = 3;

    private Gauge() {}

    /** What goes by, and what stands. */
    static Answer now() {
        return new Answer("gauge")
                .with("nanos", System.nanoTime())
                .with("cpu", SYSTEM.getProcessCpuTime())
                .with("allocated", allocated())
                .with("direct", direct())
                .with("descriptors", descriptors())
                .with("threads", THREADS.getThreadCount());
    }

    /** Bytes of heap that are alive. */
    static long liveHeap() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            // Lets what was waiting for the collection, such as cleaners of buffers, have its turn.
            Thread.sleep(50);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Bytes outside the heap that direct buffers hold. */
    static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Open file descriptors, or -1 where that is not told. */
    static long descriptors() {
        return SYSTEM instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : -1;
    }

    static long descriptorLimit() {
        return SYSTEM instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : Long.MAX_VALUE;
    }

    /** Threads by the first two words of their names, those of the JVM under their own. */
    static Answer threadKinds() {
        Map<String, Integer> kinds = new TreeMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null) {
                String[] words = thread.getThreadName().split("[^A-Za-z]+", 3);
                String kind = words.length < 2 || words[1].isEmpty() ? words[0] : words[0] + "-" + words[1];
                kinds.merge(kind, 1, Integer::sum);
            }
        }
        var answer = new Answer("kinds");
        kinds.forEach((kind, count) -> answer.with(kind, count));
        return answer;
    }

    /** By the threads that live at this moment. */
    private static long allocated() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
