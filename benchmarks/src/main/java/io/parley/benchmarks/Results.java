package io.parley.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** All that was measured, and on what. Immutable. */
record Results(Machine machine, Plan plan, List<Result> results) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
            .build();

    Results {
        results = List.copyOf(results);
    }

    /** @throws BenchmarkException if they cannot be read, or are no results */
    static Results read(Path file) {
        try {
            return JSON.readValue(Files.readString(file), Results.class);
        } catch (IOException | JacksonException e) {
            throw new BenchmarkException("Not results that can be read: " + file + " (" + e.getMessage() + ")", e);
        }
    }

    void write(Path file) throws IOException {
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    /** The results of each row, in the order in which rows were measured. */
    Map<Row, List<Result>> rows() {
        var rows = new LinkedHashMap<Row, List<Result>>();
        for (Result result : results) {
            rows.computeIfAbsent(result.which().row(), row -> new ArrayList<>()).add(result);
        }
        return rows;
    }

    static Optional<Spread> of(Contender contender, List<Result> row, ToDoubleFunction<Result> reading) {
        double[] figures = row.stream()
                .filter(result -> result.which().contender() == contender)
                .mapToDouble(reading)
                .toArray();
        return figures.length == 0 ? Optional.empty() : Optional.of(Spread.of(figures));
    }

    /** To the yardstick, each to the one of the same repetition; empty for the yardstick itself. */
    Optional<Spread> ratios(Contender contender, List<Result> row, ToDoubleFunction<Result> reading) {
        Contender yardstick = plan.yardstick();
        if (contender == yardstick) {
            return Optional.empty();
        }
        double[] ratios = row.stream()
                .filter(result -> result.which().contender() == contender)
                .flatMapToDouble(result -> row.stream()
                        .filter(other -> other.which().contender() == yardstick)
                        .filter(other -> other.repetition() == result.repetition())
                        .mapToDouble(other -> reading.applyAsDouble(result) / reading.applyAsDouble(other)))
                .toArray();
        return ratios.length == 0 ? Optional.empty() : Optional.of(Spread.of(ratios));
    }
}
