package io.parley.console.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * A terminal's whole screen, for what is shown in place and changes. What was there before comes back when it is closed, and so does the
 * cursor. Confined to one thread.
 */
public final class LiveScreen implements AutoCloseable {

    // The other screen, no cursor, and no lines that go on in the next one: what each terminal of today understands.
    private static final String OPEN = "\033[?1049h\033[?25l\033[?7l\033[H\033[J";
    private static final String CLOSE = "\033[?7h\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String END_OF_LINE = "\033[K";
    private static final String REST = "\033[J";

    private final Terminal terminal;
    private ScreenSize size = ScreenSize.USUAL;
    private List<String> shown = List.of();

    private LiveScreen(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Takes the screen. */
    public static LiveScreen open(Terminal terminal) {
        terminal.draw(OPEN);
        return new LiveScreen(terminal);
    }

    /** How much there is room for now: it is asked each time, as people resize their windows. */
    public ScreenSize size() throws InterruptedException {
        size = ScreenSize.now().orElse(size);
        return size;
    }

    /** Shows these lines in place of what was there, as far as there is room as {@link #size} was last. */
    public void show(List<String> lines) {
        var fitting = new ArrayList<String>();
        for (String line : lines.subList(0, Math.min(lines.size(), size.rows()))) {
            fitting.add(Texts.clip(terminal.harmless(line), size.columns()));
        }
        shown = List.copyOf(fitting);
        // No line end after the last one: on the last line of the screen that would scroll it.
        terminal.draw(HOME + String.join(END_OF_LINE + "\r\n", fitting) + END_OF_LINE + REST);
    }

    /** Gives the screen back as it was. What was shown last is written below that, as any output is. */
    @Override
    public void close() {
        terminal.draw(CLOSE);
        shown.forEach(terminal::print);
    }
}
