package io.parley.console.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and writes: results go to the output, all that is said about them to the error stream. Both are UTF-8,
 * whatever the locale. Thread-safe.
 */
public final class Terminal {

    /** Colours and the like. */
    public enum Ink {
        BOLD(1),
        DIM(2),
        RED(31),
        GREEN(32),
        YELLOW(33),
        BLUE(34),
        MAGENTA(35),
        CYAN(36);

        private final int code;

        Ink(int code) {
            this.code = code;
        }
    }

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean hasColour;
    private final boolean isSeen;
    private final boolean isScreen;

    /** One that nobody sits before. */
    public Terminal(InputStream in, PrintStream out, PrintStream err, boolean hasColour) {
        this(in, out, err, hasColour, false, false);
    }

    private Terminal(
            InputStream in, PrintStream out, PrintStream err, boolean hasColour, boolean isSeen, boolean isScreen) {
        this.isScreen = isScreen;
        this.isSeen = isSeen;
        this.in = in;
        this.out = out;
        this.err = err;
        this.hasColour = hasColour;
    }

    /**
     * The process's own. There is colour if the output is a terminal, as the launcher says in {@code parley.terminal}, and neither
     * {@code NO_COLOR} is set nor the terminal dumb.
     */
    public static Terminal ofProcess() {
        String told = System.getProperty("parley.terminal", "");
        boolean isTerminal = told.isEmpty() ? System.console() != null : told.equals("true");
        return ofProcess(isTerminal, System.getenv());
    }

    static Terminal ofProcess(boolean isTerminal, Map<String, String> variables) {
        boolean isScreen = isTerminal && !variables.getOrDefault("TERM", "").equals("dumb");
        boolean hasColour = isScreen && variables.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                hasColour,
                isTerminal,
                isScreen);
    }

    public InputStream in() {
        return in;
    }

    public boolean hasColour() {
        return hasColour;
    }

    /** Whether somebody sits before it. */
    public boolean isSeen() {
        return isSeen;
    }

    /** Whether one can write anywhere on it, and not only below what is there. */
    public boolean isScreen() {
        return isScreen;
    }

    /** Writes to a {@link #isScreen screen} what it is to show, and no line end. */
    void draw(String text) {
        out.print(text);
        out.flush();
    }

    /** Writes a line of results. */
    public void print(String line) {
        out.println(line);
    }

    /** Writes a line about what is going on. */
    public void say(String line) {
        err.println(line);
    }

    /** Writes a line that tells what went wrong. */
    public void complain(String line) {
        err.println(paint(line, Ink.RED));
    }

    /** Whether nobody reads the output any more, as when it is piped into something that has ended. */
    public boolean isDeaf() {
        return out.checkError();
    }

    /** {@code text} in {@code ink}, where there is colour. */
    public String paint(String text, Ink ink) {
        return hasColour ? "\033[" + ink.code + "m" + text + "\033[0m" : text;
    }
}
