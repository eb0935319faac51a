package io.parley.console.terminal;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a terminal shows at once, in characters. Immutable. */
public record ScreenSize(int rows, int columns) {

    /** What every terminal has had since there were any: for one that does not tell. */
    public static final ScreenSize USUAL = new ScreenSize(24, 80);

    private static final File TERMINAL = new File("/dev/tty");
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})\\s*");
    private static final long LIMIT_MILLIS = 1_000;

    /** That of the terminal that this process belongs to, at this moment; empty if it does not tell, or there is none. */
    static Optional<ScreenSize> now() throws InterruptedException {
        Process stty;
        try {
            stty = new ProcessBuilder("stty", "size")
                    .redirectInput(TERMINAL)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // A system without it, or a process without a terminal: there is nobody to ask.
            return Optional.empty();
        }
        try {
            if (!stty.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            return of(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        } finally {
            stty.destroyForcibly();
        }
    }

    /** What {@code stty size} has written; empty if that is no size, such as 0 by 0. */
    static Optional<ScreenSize> of(String told) {
        Matcher size = SIZE.matcher(told);
        return size.matches()
                ? Optional.of(new ScreenSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))))
                : Optional.empty();
    }
}
