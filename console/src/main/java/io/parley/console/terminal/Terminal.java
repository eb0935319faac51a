package io.parley.console.terminal;

import io.parley.text.PlainText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a command reads and writes: results go to the output, all that is said about them to the error stream. Both are UTF-8,
 * whatever the locale. Every line is made {@linkplain PlainText harmless} on its way, but for {@link #paint colours}; where there are colours, text
 * from others must not bring its own, so it is made harmless before it is put beside painted text. Thread-safe.
 */
public final class Terminal {

    private static final Pattern PAINT = Pattern.compile("\033\\[[0-9;]{0,16}m");

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

    /** Writes one line of results: line breaks in it are escaped. */
    public void print(String line) {
        out.println(harmless(line));
    }

    /** Writes results of several lines, none of which is from others. */
    public void printAll(String lines) {
        out.println(eachHarmless(lines));
    }

    /** Writes one line about what is going on. */
    public void say(String line) {
        err.println(harmless(line));
    }

    /** Writes a stack trace, in which others are quoted on lines of their own making only as {@link PlainText#of(Throwable)} shows them. */
    public void sayTrace(Throwable failure) {
        var trace = new StringWriter();
        PlainText.of(failure).printStackTrace(new PrintWriter(trace, true));
        err.println(eachHarmless(trace.toString().stripTrailing()));
    }

    /** Writes a line that tells what went wrong. */
    public void complain(String line) {
        err.println(harmless(paint(line, Ink.RED)));
    }

    /** Whether nobody reads the output any more, as when it is piped into something that has ended. */
    public boolean isDeaf() {
        return out.checkError();
    }

    /** {@code text}, made harmless and in {@code ink}, where there is colour. */
    public String paint(String text, Ink ink) {
        String plain = PlainText.of(text);
        return hasColour ? "\033[" + ink.code + "m" + plain + "\033[0m" : plain;
    }

    /** A line as it may be shown here. */
    String harmless(String line) {
        if (!hasColour) {
            return PlainText.of(line);
        }
        var shown = new StringBuilder(line.length());
        Matcher paint = PAINT.matcher(line);
        int at = 0;
        while (paint.find()) {
            shown.append(PlainText.of(line.substring(at, paint.start()))).append(paint.group());
            at = paint.end();
        }
        return shown.append(PlainText.of(line.substring(at))).toString();
    }

    private String eachHarmless(String lines) {
        return lines.lines()
                .map(line -> line.replace("\t", "    "))
                .map(this::harmless)
                .collect(Collectors.joining("\n"));
    }
}
