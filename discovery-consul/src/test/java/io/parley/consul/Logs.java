package io.parley.consul;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that is logged while it is open, whatever its level. Thread-safe. */
final class Logs extends Handler implements AutoCloseable {

    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();

    static Logs open() {
        var logs = new Logs();
        logs.setLevel(Level.ALL);
        logs.root.addHandler(logs);
        logs.root.setLevel(Level.ALL);
        return logs;
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    /** What was said at this level, failures included. */
    List<String> at(Level level) {
        return records.stream()
                .filter(record -> record.getLevel().equals(level))
                .map(Logs::text)
                .toList();
    }

    /** How many lines come from loggers whose names begin like this. */
    long countFrom(String logger) {
        return records.stream()
                .filter(record -> String.valueOf(record.getLoggerName()).startsWith(logger))
                .count();
    }

    List<String> all() {
        return records.stream().map(Logs::text).toList();
    }

    private static String text(LogRecord record) {
        var text = new StringBuilder(String.valueOf(record.getMessage()));
        for (Throwable each = record.getThrown(); each != null; each = each.getCause()) {
            text.append('\n').append(each);
        }
        return text.toString();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        root.setLevel(before);
    }
}
