package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import io.parley.testkit.PortProbe.LinkProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A process that is killed cannot say goodbye: its connections do. */
class KilledProcessTest {

    @Test
    void linksGoDownAtOnceWhenTheOtherProcessIsKilled() throws Exception {
        PortProbe here = PortProbe.open(ZmqTransport.create(), 1024, 100).echoing();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        here.port().address())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader output = process.inputReader();
            LinkProbe asked = here.connect(output.readLine());
            asked.send("hello");
            Await.until("both links are up", () -> asked.frames.size() == 1 && here.accepted.size() == 1);
            process.destroyForcibly();
            Duration limit = Duration.ofSeconds(5);
            Await.until(() -> "the link asked for is down", limit, asked::isDown);
            Await.until(() -> "the link accepted is down", limit, () -> here.accepted
                    .get(0)
                    .isDown());
        } finally {
            process.destroyForcibly();
            here.close();
        }
        assertThat(here.violations).isEmpty();
    }

    /** The process to be killed: answers, and has a link of its own. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            PortProbe port = PortProbe.open(ZmqTransport.create(), 1024, 100).echoing();
            port.connect(arguments[0]).send("here I am");
            System.out.println(port.port().address());
            System.in.read();
        }
    }
}
