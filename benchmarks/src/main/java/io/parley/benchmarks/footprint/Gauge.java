package io.parley.benchmarks.footprint;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.parley.benchmarks.lab.Answer;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

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
                .with("descriptors", descriptors());
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

    /** How many threads of each kind there are. */
    static Answer threadKinds() {
        var answer = new Answer("kinds");
        perKind(thread -> 1L).forEach(answer::with);
        return answer;
    }

    /** Nanoseconds of processor time that the threads of each kind have used. The JVM's own threads are not among them. */
    static Answer processorTimes() {
        var answer = new Answer("times");
        perKind(thread -> Math.max(0, THREADS.getThreadCpuTime(thread))).forEach(answer::with);
        return answer;
    }

    private static Map<String, Long> perKind(LongUnaryOperator figure) {
        Map<String, Long> kinds = new TreeMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null) {
                kinds.merge(
                        ThreadKinds.of(thread.getThreadName()), figure.applyAsLong(thread.getThreadId()), Long::sum);
            }
        }
        return kinds;
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
