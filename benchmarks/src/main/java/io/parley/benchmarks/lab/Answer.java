package io.parley.benchmarks.lab;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a measured process says: a word, and numbers by name. Confined to one thread. */
public final class Answer {

    /** Begins each, so that nothing else on the output is taken for one. */
    public static final String MARK = "> ";

    private final String word;
    private final Map<String, Long> numbers = new LinkedHashMap<>();

    public Answer(String word) {
        this.word = word;
    }

    /** @throws MeasurementException if {@code line} is none */
    public static Answer parse(String line) {
        String[] words = line.split(" ");
        var answer = new Answer(words[0]);
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=");
            try {
                answer.with(pair[0], Long.parseLong(pair[1]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new MeasurementException("A measured process said: " + line);
            }
        }
        return answer;
    }

    public Answer with(String name, long number) {
        numbers.put(name, number);
        return this;
    }

    public String word() {
        return word;
    }

    /** @throws MeasurementException if there is none of that name */
    public long number(String name) {
        Long number = numbers.get(name);
        if (number == null) {
            throw new MeasurementException("There is no " + name + " in: " + this);
        }
        return number;
    }

    public long numberOr(String name, long otherwise) {
        return numbers.getOrDefault(name, otherwise);
    }

    /** In the order in which they were said. */
    public Map<String, Long> numbers() {
        return Collections.unmodifiableMap(numbers);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return word
                + numbers.entrySet().stream()
                        .map(entry -> " " + entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining());
    }
}
