package io.parley.benchmarks.footprint;

import io.parley.benchmarks.lab.Answer;
import io.parley.benchmarks.lab.Lab;
import io.parley.benchmarks.lab.MeasuredProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A measured process. It takes one command a line from its input, answers each with one {@link Answer}, and ends when its
 * input does, so it does not outlive whoever started it. All know {@code gauge}, {@code live}, {@code kinds} and
 * {@code times}; the rest is its part's.
 */
final class Subject {

    private Subject() {}

    /** A fresh process that plays a part, with what the part needs. */
    static MeasuredProcess start(Lab lab, String part, Object... arguments) throws IOException {
        var all = new ArrayList<Object>(List.of(part, mesh(lab)));
        all.addAll(List.of(arguments));
        return lab.start(part, Subject.class, all);
    }

    /** Where all of one trial find each other. */
    static Path mesh(Lab lab) {
        return lab.directory().resolve("mesh");
    }

    /** Arguments: the part, the directory of the mesh, and what the part needs. */
    public static void main(String[] arguments) {
        int status = 0;
        try {
            Part part = part(arguments[0], Path.of(arguments[1]), Integer.parseInt(arguments[2]));
            var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(Answer.MARK + answer(part, line.split(" ")));
            }
        } catch (Throwable e) {
            // Too many threads or too little memory is an answer too: whoever asked learns of it by the error output.
            e.printStackTrace();
            status = 1;
        }
        // Peers are not closed: nobody is left to whom it would matter, and with hundreds of them it takes its time.
        System.exit(status);
    }

    private static Part part(String name, Path mesh, int number) {
        return switch (name) {
            case "dialling" -> new SinglePart(mesh, number, true);
            case "accepting" -> new SinglePart(mesh, number, false);
            case "leaves" -> new CrowdPart(mesh, number, false);
            case "askers" -> new CrowdPart(mesh, number, true);
            case "memory" -> MeshPart.overMemory(number);
            case "observer" -> new ObserverPart(mesh);
            case "sockets" -> MeshPart.overSockets(mesh, number);
            default -> throw new IllegalArgumentException("Unknown part " + name);
        };
    }

    private static Answer answer(Part part, String[] command) throws Exception {
        return switch (command[0]) {
            case "gauge" -> Gauge.now();
            case "live" -> new Answer("live").with("heap", Gauge.liveHeap());
            case "kinds" -> Gauge.threadKinds();
            case "times" -> Gauge.processorTimes();
            default -> part.answer(command);
        };
    }
}
