package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Limits;
import io.parley.Peer;
import io.parley.Surveyor;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Surveys to a process that stands still for longer than their time limit: once that is over, none is begun whose deadline has passed. The
 * two processes share a machine, and so its monotonic clock.
 */
@EnabledOnOs(OS.LINUX)
class AgedSurveysOverSocketsTest {

    private static final SurveyChannel<String, String> POLL =
            PublishSubscribeChannel.of("near/poll", String.class).withResponses(String.class);

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration STANDSTILL = Duration.ofSeconds(5);
    private static final long BETWEEN_NANOS = 20_000_000;

    /** What a busy machine may take between the last look at the deadline and the handler's first line. */
    private static final long BUSY_NANOS = 1_000_000_000;

    /** A standstill is none of the feed's troubles here, and a late beat tells nothing of it. */
    private static final Limits SELDOM_BEATS = Limits.defaults().withHeartbeat(Duration.ofSeconds(30));

    private Process process;
    private BufferedReader told;
    private Peer near;
    private Surveyor<String, String> surveyor;

    @BeforeEach
    void open() throws Exception {
        near = Peer.named("near")
                .transport(ZmqTransport.create())
                .discovery(InMemoryDiscovery.create())
                .limits(SELDOM_BEATS)
                .open();
        surveyor = near.surveyor(POLL);
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Far.class.getName(),
                        near.self().address())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        told = process.inputReader();
        assertThat(told.readLine()).isEqualTo("subscribed");
    }

    @AfterEach
    void close() {
        near.close(Duration.ofSeconds(1));
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Asks at a steady pace. */
    private int surveyFor(Duration duration) {
        int asked = 0;
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() - end < 0) {
            surveyor.survey(String.valueOf(System.nanoTime() + LIMIT.toNanos()), LIMIT);
            asked++;
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        return asked;
    }

    @Test
    void processThatWasStoppedBeginsNoSurveyWhoseDeadlineHasPassed() throws Exception {
        int asked = surveyFor(Duration.ofMillis(500));
        signal("STOP");
        asked += surveyFor(STANDSTILL);
        signal("CONT");
        try (var last = surveyor.survey(String.valueOf(Long.MAX_VALUE), Duration.ofSeconds(40), 1)) {
            assertThat(last.await()).as("surveys that have time left are begun").hasSize(1);
        }
        process.outputWriter().append("figures\n").flush();
        String[] figures = told.readLine().split(" ");
        System.out.println(asked + " asked, begun " + figures[0] + ", by 1 s and more after their deadline "
                + figures[1] + ", worst in us " + figures[2]);
        assertThat(Integer.parseInt(figures[0])).isLessThan(asked);
        assertThat(figures[1]).as("begun long after their deadline").isEqualTo("0");
    }

    /** The process that is asked. */
    static final class Far {

        private Far() {}

        public static void main(String[] arguments) throws Exception {
            var begun = new AtomicInteger();
            var late = new AtomicInteger();
            var worst = new AtomicLong();
            Peer far = Peer.named("far")
                    .transport(ZmqTransport.create())
                    .discovery(FixedDiscovery.builder()
                            .instance("near", arguments[0])
                            .build())
                    .limits(SELDOM_BEATS)
                    .open();
            var subscription = far.respond(POLL, question -> {
                long by = System.nanoTime() - Long.parseLong(question.payload());
                begun.incrementAndGet();
                worst.accumulateAndGet(by, Math::max);
                if (by > BUSY_NANOS) {
                    late.incrementAndGet();
                }
                return "answered";
            });
            System.out.println(subscription.awaitConnected(Duration.ofSeconds(60)) ? "subscribed" : "not subscribed");
            var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (orders.readLine() != null) {
                System.out.println(begun + " " + late + " " + TimeUnit.NANOSECONDS.toMicros(worst.get()));
            }
        }
    }
}
