package io.parley.consul.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.environment.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Consul might say that is none, or has gone mad: huge, malformed, slow, or never. */
class HostileAnswersTest {

    private static final int MAX_BYTES = 100_000;

    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<Throwable> unexpected = new AtomicReference<>();
    private final AtomicInteger asked = new AtomicInteger();
    private ServerSocket listening;

    /** What to say to each who comes. */
    interface Saying {
        void say(OutputStream out) throws IOException, InterruptedException;
    }

    private ConsulGateway gateway(Duration limit, Saying saying) throws IOException {
        return gateway("http", null, limit, saying);
    }

    private ConsulGateway gateway(String scheme, SSLContext tls, Duration limit, Saying saying) throws IOException {
        listening = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        var thread = new Thread(() -> serve(saying), "hostile");
        thread.setDaemon(true);
        thread.start();
        return new ConsulGateway(
                new GatewaySettings(
                        ConsulAddress.parse(scheme + "://127.0.0.1:" + listening.getLocalPort()),
                        tls,
                        false,
                        () -> "",
                        "",
                        limit,
                        4,
                        MAX_BYTES),
                Environment.system().openTimers("gateway"));
    }

    private void serve(Saying saying) {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                asked.incrementAndGet();
                saying.say(socket.getOutputStream());
            } catch (SocketException e) {
                // Whoever asked has hung up, or the test is over.
            } catch (IOException | InterruptedException | RuntimeException e) {
                unexpected.set(e);
                return;
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        over.countDown();
        listening.close();
        assertThat(unexpected.get()).isNull();
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static HealthAnswer health(ConsulGateway gateway) throws ConsulException {
        return gateway.health(HealthQuery.now("orders"), new AbortHandle());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 12x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n[]",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n[]",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[]\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\n\r\n<html></html>",
                "HTTP/1.1 200 OK\r\n\r\n[{]",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
            })
    void whatIsMalformedIsAnErrorThatNamesTheAddress(String answer) throws IOException {
        ConsulGateway gateway = gateway(Duration.ofSeconds(10), out -> say(out, answer));
        assertThatThrownBy(() -> health(gateway))
                .isInstanceOf(ConsulException.class)
                .hasMessageContaining("127.0.0.1:" + listening.getLocalPort());
    }

    @Test
    void whatIsSoundIsReadHoweverItIsCut() throws IOException, ConsulException {
        String entry = "[{\"Service\":{\"ID\":\"a\",\"Service\":\"orders\",\"Address\":\"h\",\"Port\":1}}]";
        ConsulGateway gateway = gateway(Duration.ofSeconds(10), out -> {
            say(
                    out,
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-consul-INDEX:  12 \r\nTransfer-Encoding: Chunked\r\n\r\n");
            for (char each : entry.toCharArray()) {
                say(out, "1;odd=yes\r\n" + each + "\r\n");
            }
            say(out, "0\r\nTrailer: x\r\n\r\n");
        });
        HealthAnswer answer = health(gateway);
        assertThat(answer.index()).isEqualTo(12);
        assertThat(answer.entries()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX-Endless: ",
                "HTTP/1.1 200 OK\r\n",
                "",
            })
    void whatIsHugeIsGivenUp(String head) throws IOException {
        ConsulGateway gateway = gateway(Duration.ofSeconds(30), out -> {
            say(out, head);
            String more = head.endsWith("chunked\r\n\r\n")
                    ? "3e8\r\n" + " ".repeat(1000) + "\r\n"
                    : head.endsWith("OK\r\n") ? "A: b\r\n" : "[".repeat(1000);
            while (true) {
                say(out, more);
            }
        });
        assertThatThrownBy(() -> health(gateway)).isInstanceOf(ConsulException.class);
    }

    @Test
    void whatComesByteByByteMustStillComeInTime() throws IOException {
        ConsulGateway gateway = gateway(Duration.ofMillis(500), out -> {
            say(out, "HTTP/1.1 200 OK\r\nX: ");
            // Each byte comes well within the limit; all of them would not.
            while (!over.await(20, TimeUnit.MILLISECONDS)) {
                say(out, "x");
            }
        });
        assertThatThrownBy(() -> health(gateway))
                .isInstanceOf(ConsulException.class)
                .hasMessageContaining("cannot be asked");
    }

    @Test
    void whatNeverComesIsNotWaitedForLongerThanTheLimit() throws IOException {
        ConsulGateway gateway = gateway(Duration.ofMillis(200), out -> over.await());
        assertThatThrownBy(() -> health(gateway)).isInstanceOf(ConsulException.class);
    }

    @Test
    void whoeverDoesNotShakeHandsIsNotWaitedForLongerThanTheLimit() throws IOException, NoSuchAlgorithmException {
        ConsulGateway gateway = gateway("https", SSLContext.getDefault(), Duration.ofMillis(200), out -> over.await());
        assertThatThrownBy(() -> health(gateway)).isInstanceOf(ConsulException.class);
    }

    @Test
    void whoeverShakesHandsByteByByteMustStillComeToAnEndInTime() throws IOException, NoSuchAlgorithmException {
        ConsulGateway gateway = gateway("https", SSLContext.getDefault(), Duration.ofMillis(500), out -> {
            // A record of the handshake that says it is 16384 bytes long.
            out.write(new byte[] {0x16, 0x03, 0x03, 0x40, 0x00});
            while (!over.await(20, TimeUnit.MILLISECONDS)) {
                out.write(0);
                out.flush();
            }
        });
        assertThatThrownBy(() -> health(gateway))
                .isInstanceOf(ConsulException.class)
                .hasMessageContaining("no answer within 500 ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 429 Too many\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Over there\r\nLocation: /v1/agent/self\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
            })
    void whatIsNotAnsweredWellIsNeitherAskedAgainNorElsewhere(String answer) throws IOException {
        ConsulGateway gateway = gateway(Duration.ofSeconds(10), out -> say(out, answer));
        assertThatThrownBy(() -> health(gateway)).isInstanceOf(ConsulException.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void whatIsPackedIsNotUnpacked() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write("[]".getBytes(StandardCharsets.UTF_8));
        }
        ConsulGateway gateway = gateway(Duration.ofSeconds(10), out -> {
            say(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n");
            packed.writeTo(out);
        });
        assertThatThrownBy(() -> health(gateway))
                .isInstanceOf(ConsulException.class)
                .hasMessageContaining("is not Consul");
    }

    @Test
    void whatIsWaitedForEndsWhenTheGatewayCloses() throws IOException, InterruptedException {
        var waits = new CountDownLatch(1);
        ConsulGateway gateway = gateway(Duration.ofMinutes(10), out -> {
            say(out, "HTTP/1.1 200 OK\r\n\r\n[");
            waits.countDown();
            over.await();
        });
        var failure = new AtomicReference<Throwable>();
        var waiting = new Thread(() -> {
            try {
                gateway.health(new HealthQuery("orders", 7, Duration.ofMinutes(10), true), new AbortHandle());
            } catch (ConsulException e) {
                failure.set(e);
            }
        });
        waiting.start();
        waits.await();
        gateway.close();
        waiting.join();
        assertThat(failure.get()).isInstanceOf(ConsulException.class);
        assertThatThrownBy(() -> health(gateway)).as("what is asked afterwards").isInstanceOf(ConsulException.class);
    }

    @Test
    void whatIsWaitedForCanBeCut() throws IOException, InterruptedException {
        var asked = new CountDownLatch(2);
        ConsulGateway gateway = gateway(Duration.ofMinutes(10), out -> {
            say(out, "HTTP/1.1 200 OK\r\n\r\n[");
            asked.countDown();
            over.await();
        });
        var cut = new AbortHandle();
        var failure = new AtomicReference<Throwable>();
        var waiting = new Thread(() -> {
            try {
                gateway.health(HealthQuery.now("orders"), cut);
            } catch (ConsulException e) {
                failure.set(e);
            }
        });
        waiting.start();
        asked.countDown();
        asked.await();
        cut.cut();
        waiting.join();
        assertThat(failure.get()).isInstanceOf(ConsulException.class);
        assertThatThrownBy(() -> gateway.health(HealthQuery.now("orders"), cut))
                .as("what is asked with a cut that is over")
                .isInstanceOf(ConsulException.class);
    }

    @Test
    void whatIsAnsweredWithAnErrorIsTold() throws IOException {
        ConsulGateway gateway = gateway(
                Duration.ofSeconds(10),
                out -> say(out, "HTTP/1.1 500 Oops\r\nContent-Length: 400\r\n\r\n" + "No\u0007 leader\n".repeat(40)));
        assertThatThrownBy(() -> health(gateway))
                .isInstanceOf(ConsulException.class)
                .hasMessageContaining("answers 500 to GET /v1/health/service/orders: No leader No leader")
                .satisfies(problem ->
                        assertThat(problem.getMessage()).hasSizeLessThan(350).doesNotContain("\u0007"));
    }
}
