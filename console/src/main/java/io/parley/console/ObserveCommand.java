package io.parley.console;

import io.parley.console.json.Json;
import io.parley.console.terminal.Stop;
import io.parley.console.terminal.Terminal;
import io.parley.console.web.PageHost;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley observe}. Confined to one thread. */
@Command(
        name = "observe",
        description =
                "Serve a page that shows a mesh live: who is there, what flows, the story of each message, and a way to try channels.",
        footer = {
            "",
            "Only this machine can open it, unless --bind says otherwise; then browsers need the token that is part",
            "of the address that is printed.",
            "",
            "  parley observe",
            "  parley observe --port 9000 --discovery consul",
            "  parley observe --bind 0.0.0.0 --name observe.example.com"
        })
final class ObserveCommand extends MeshCommand {

    static final int PORT = 8470;
    private static final int TOKEN_BYTES = 20;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{16,200}");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Where browsers find the page; 0 for any. Default: " + PORT + ", or another if that is taken.")
    @Nullable
    Integer port;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "The address to listen at, such as 0.0.0.0 for all of this machine. Default: ${DEFAULT-VALUE}.")
    String bind = "127.0.0.1";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:PARLEY_OBSERVE_TOKEN}",
            description = {
                "What browsers have to show, 16 characters or more. Default: $PARLEY_OBSERVE_TOKEN,",
                "else none on this machine, and a new one for others."
            })
    @Nullable
    String token;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "A name of this machine by which browsers may ask for the page. May be repeated.")
    List<String> names = new ArrayList<>();

    @Option(names = "--open", description = "Open the page in this machine's browser.")
    boolean isToOpen;

    ObserveCommand(Terminal terminal, Stop stop) {
        super(terminal, stop);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (ObservePage page = ObservePage.open(
                settings(),
                describeMesh(),
                discovery(),
                departures,
                service -> openPassing(service, SendingCommand::ignore))) {
            if (isJson) {
                terminal.print(Json.write(Map.of("page", page.address())));
            } else {
                note("The page of " + describeMesh() + " is open until Ctrl-C:");
                page.addresses().forEach(terminal::print);
            }
            if (isToOpen && !BrowserWindow.open(page.address())) {
                terminal.complain("parley: there is no browser to be opened here");
            }
            stop.await();
        }
        return ExitCode.SUCCESS;
    }

    private PageHost.Settings settings() {
        InetAddress address;
        try {
            address = InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new CommandException(ExitCode.WRONG_USAGE, "expected an address of this machine, not '" + bind + "'");
        }
        if (port != null && (port < 0 || port > 65_535)) {
            throw new CommandException(ExitCode.WRONG_USAGE, "expected a port between 0 and 65535, not " + port);
        }
        return new PageHost.Settings(
                address, port == null ? PORT : port, port == null, token(address), Set.copyOf(names));
    }

    private Optional<String> token(InetAddress address) {
        if (token == null || token.isEmpty()) {
            return address.isLoopbackAddress() ? Optional.empty() : Optional.of(newToken());
        }
        if (!TOKEN.matcher(token).matches()) {
            throw new CommandException(
                    ExitCode.WRONG_USAGE, "expected a token of 16 characters or more, all of A-Z a-z 0-9 . _ ~ -");
        }
        return Optional.of(token);
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
