package io.parley.benchmarks.worker;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.parley.benchmarks.Case;
import io.parley.benchmarks.Contender;
import io.parley.benchmarks.Row;
import io.parley.benchmarks.Workload;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.HdrHistogram.Histogram;

/**
 * A measured process. It takes one command a line from its input and answers each with one line that begins with {@value #ANSWER}, and it ends when its input
 * does, so it does not outlive whoever started it:
 *
 * <ul>
 *   <li>{@code open} - {@code open ADDRESS}
 *   <li>{@code begin ADDRESS} - {@code begun}, once it does
 *   <li>{@code mark} - {@code mark NANOS ARRIVED CPU-NANOS ALLOCATED-BYTES}, all since the process began
 *   <li>{@code times} - {@code times HISTOGRAM}: times taken since last asked, as HdrHistogram writes them, in Base64
 *   <li>{@code load} - {@code loaded}, once it does what it is to do beside
 *   <li>{@code stop} - {@code stopped}, once nothing is outstanding
 *   <li>{@code state} - {@code state INITIATED SUM ARRIVED SUM MISSED}
 *   <li>{@code end} - nothing; the process ends
 * </ul>
 *
 * <p>If it fails it says {@code failed} and why, and ends. Confined to the main thread.
 */
public final class Worker {

    /** Begins each answer, so that nothing else on the output is taken for one. */
    public static final String ANSWER = "> ";

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private final Part part;
    private final BufferedReader commands;
    private final PrintStream answers;

    private Worker(Part part, BufferedReader commands, PrintStream answers) {
        this.part = part;
        this.commands = commands;
        this.answers = answers;
    }

    /** Arguments: {@code initiator} or {@code responder}, contender, workload, load, size, directory of the mesh. */
    public static void main(String[] arguments) {
        PrintStream answers = System.out;
        try {
            boolean initiates = arguments[0].equals("initiator");
            var which = new Case(
                    Contender.valueOf(arguments[1]),
                    new Row(
                            Workload.valueOf(arguments[2]),
                            Integer.parseInt(arguments[3]),
                            Integer.parseInt(arguments[4])));
            Stack stack = Stack.of(which, Path.of(arguments[5]));
            Part part = initiates ? Initiators.of(stack.link(which), which) : stack.responder(which);
            var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            if (new Worker(part, commands, answers).serve()) {
                // Not halted, so that a recording asked for with --jvm-arg is written.
                System.exit(0);
            }
        } catch (Throwable e) {
            e.printStackTrace();
            answers.println(ANSWER + "failed " + e.toString().replace('\n', ' '));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** Until told to end, or, and then it answers false, until there is nobody any more to tell. */
    private boolean serve() throws Exception {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            if (words[0].equals("end")) {
                part.close();
                return true;
            }
            answers.println(ANSWER + String.join(" ", answer(words)));
            answers.flush();
        }
        return false;
    }

    private Iterable<String> answer(String[] words) throws Exception {
        switch (words[0]) {
            case "open" -> {
                return Arrays.asList("open", part.open());
            }
            case "begin" -> {
                part.begin(words[1]);
                return Arrays.asList("begun");
            }
            case "mark" -> {
                part.failIfFailed();
                return words(
                        "mark", System.nanoTime(), part.arrived().count(), SYSTEM.getProcessCpuTime(), allocated());
            }
            case "times" -> {
                return Arrays.asList("times", times());
            }
            case "load" -> {
                part.load();
                return Arrays.asList("loaded");
            }
            case "stop" -> {
                part.stop();
                return Arrays.asList("stopped");
            }
            case "state" -> {
                return words(
                        "state",
                        part.initiated().count(),
                        part.initiated().sum(),
                        part.arrived().count(),
                        part.arrived().sum(),
                        part.missed());
            }
            default -> throw new IllegalArgumentException("Unknown command " + words[0]);
        }
    }

    private String times() {
        Histogram times = part instanceof InitiatingPart initiating ? initiating.times() : new Histogram(1);
        var buffer = ByteBuffer.allocate(times.getNeededByteBufferCapacity());
        int length = times.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    /** By the threads that live at this moment. */
    private static long allocated() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private static Iterable<String> words(String first, long... more) {
        var words = new String[more.length + 1];
        words[0] = first;
        for (int i = 0; i < more.length; i++) {
            words[i + 1] = Long.toString(more[i]);
        }
        return Arrays.asList(words);
    }
}
