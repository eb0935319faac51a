package io.parley.console.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a terminal shows of what is written to it, as far as this project's programs use one. Thread-safe. */
public final class EmulatedTerminal {

    private static final Pattern ORDER = Pattern.compile("\033\\[(\\??)([0-9;]*)([A-Za-z])");

    private int rows;
    private int columns;
    private char[][] cells;
    /** Those of the usual screen while the other one is shown. */
    private char[][] kept;

    private int row;
    private int column;
    private int keptRow;
    private boolean isOther;
    private boolean isCursorShown = true;
    private boolean wraps = true;
    private int scrolled;
    private String pending = "";

    public EmulatedTerminal(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        cells = blank(rows, columns);
        kept = cells;
    }

    private static char[][] blank(int rows, int columns) {
        var cells = new char[rows][columns];
        for (char[] line : cells) {
            Arrays.fill(line, ' ');
        }
        return cells;
    }

    /** Shows less or more from now on; what is there stays at its place. */
    public synchronized void resize(int toRows, int toColumns) {
        cells = resized(cells, toRows, toColumns);
        kept = resized(kept, toRows, toColumns);
        rows = toRows;
        columns = toColumns;
        row = Math.min(row, rows - 1);
        column = Math.min(column, columns - 1);
        keptRow = Math.min(keptRow, rows - 1);
    }

    private static char[][] resized(char[][] from, int toRows, int toColumns) {
        char[][] to = blank(toRows, toColumns);
        for (int i = 0; i < Math.min(toRows, from.length); i++) {
            System.arraycopy(from[i], 0, to[i], 0, Math.min(toColumns, from[i].length));
        }
        return to;
    }

    public synchronized void write(String text) {
        String all = pending + text;
        pending = "";
        Matcher order = ORDER.matcher(all);
        for (int at = 0; at < all.length(); at++) {
            char c = all.charAt(at);
            if (c != '\033') {
                put(c);
            } else if (order.region(at, all.length()).lookingAt()) {
                obey(order.group(1) + order.group(3), order.group(2));
                at = order.end() - 1;
            } else if (order.hitEnd()) {
                pending = all.substring(at);
                return;
            } else {
                throw new IllegalArgumentException("Not understood: " + all.substring(at + 1));
            }
        }
    }

    private void put(char c) {
        switch (c) {
            case '\r' -> column = 0;
            case '\n' -> feed();
            default -> {
                if (column == columns && wraps) {
                    column = 0;
                    feed();
                }
                cells[row][Math.min(column, columns - 1)] = c;
                column = Math.min(column + 1, columns);
            }
        }
    }

    private void feed() {
        if (row < rows - 1) {
            row++;
            return;
        }
        System.arraycopy(cells, 1, cells, 0, rows - 1);
        cells[rows - 1] = blank(1, columns)[0];
        scrolled += isOther ? 1 : 0;
    }

    private void obey(String what, String parameters) {
        switch (what) {
            case "m" -> {
                // Colours are not looked at.
            }
            case "H" -> {
                row = 0;
                column = 0;
            }
            case "K" -> blankFrom(row, column, row);
            case "J" -> {
                blankFrom(row, column, row);
                blankFrom(row + 1, 0, rows - 1);
            }
            case "?h" -> set(parameters, true);
            case "?l" -> set(parameters, false);
            default -> throw new IllegalArgumentException("Not understood: " + parameters + what);
        }
    }

    private void blankFrom(int first, int from, int last) {
        for (int i = first; i <= last; i++) {
            Arrays.fill(cells[i], Math.min(from, columns), columns, ' ');
        }
    }

    private void set(String what, boolean isOn) {
        switch (what) {
            case "25" -> isCursorShown = isOn;
            case "7" -> wraps = isOn;
            case "1049" -> swap(isOn);
            default -> throw new IllegalArgumentException("Not understood: " + what);
        }
    }

    private void swap(boolean toOther) {
        if (toOther == isOther) {
            return;
        }
        isOther = toOther;
        if (toOther) {
            kept = cells;
            keptRow = row;
            cells = blank(rows, columns);
        } else {
            cells = kept;
            row = keptRow;
            column = 0;
        }
    }

    /** The lines, without blanks at their ends. */
    public synchronized List<String> lines() {
        var lines = new ArrayList<String>();
        for (char[] line : cells) {
            lines.add(new String(line).stripTrailing());
        }
        return lines;
    }

    /** Whether the screen for programs is shown in place of the usual one. */
    public synchronized boolean isOther() {
        return isOther;
    }

    public synchronized boolean isCursorShown() {
        return isCursorShown;
    }

    /** Whether lines that are too long go on in the next one. */
    public synchronized boolean wraps() {
        return wraps;
    }

    /** How often the screen for programs was moved up by a line. */
    public synchronized int scrolled() {
        return scrolled;
    }
}
