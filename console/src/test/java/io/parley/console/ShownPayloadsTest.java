package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which of the peers that the command line runs show payloads. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ShownPayloadsTest {

    private static final String ORDER = "{\"id\":\"%d\",\"customer\":\"Ada\",\"product\":\"tea\",\"quantity\":2}";

    @TempDir
    Path mesh;

    private final Screen orders = new Screen();
    private final Screen payment = new Screen();
    private final Screen warehouse = new Screen();
    private CompletableFuture<?> ended = CompletableFuture.completedFuture(null);

    @BeforeEach
    void openTheShop() {
        ended = CompletableFuture.allOf(
                orders.start(inMesh("peer", "orders")),
                payment.start(inMesh("peer", "payment", "--payloads")),
                warehouse.start(inMesh("peer", "warehouse")));
        orders.await("is up");
        payment.await("is up");
        warehouse.await("is up");
    }

    @AfterEach
    void closeTheShop() {
        Stream.of(orders, payment, warehouse).forEach(Screen::interrupt);
        ended.join();
    }

    private String[] inMesh(String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of("--mesh", mesh.toString()))
                .toArray(String[]::new);
    }

    @Test
    void onlyOneThatWasToldToShowsPayloads() {
        List<Map<?, ?>> steps = stepsOfAnOrder();

        assertThat(steps)
                .filteredOn(step -> step.containsKey("payload"))
                .extracting(ShownPayloadsTest::whoAndWhat)
                .containsExactlyInAnyOrder("payment RECEIVED", "payment REPLIED");
        assertThat(steps)
                .extracting(ShownPayloadsTest::whoAndWhat)
                .contains("orders RECEIVED", "orders SENT", "orders ANSWERED", "orders REPLIED", "warehouse RECEIVED");
    }

    private static String whoAndWhat(Map<?, ?> step) {
        return String.valueOf(step.get("peer")).split("/")[0] + ' ' + step.get("step");
    }

    private List<Map<?, ?>> stepsOfAnOrder() {
        var watch = new Screen();
        CompletableFuture<Integer> watching =
                watch.start(inMesh("watch", "--json", "--channel", "orders/place", "--count", "1"));
        watch.await("watching");
        // Who asks has gone when it has its answer, and what it took last may not be told any more.
        var number = new AtomicInteger();
        Await.until(() -> "an order that was watched", Duration.ofMinutes(1), () -> {
            String order = ORDER.formatted(number.incrementAndGet());
            assertThat(new Screen().run(inMesh("request", "orders/place", order)))
                    .isZero();
            return watching.isDone();
        });
        assertThat(watching.join()).isZero();
        Object conversation = watch.objects().stream()
                .filter(line -> line.containsKey("flow"))
                .map(line -> ((Map<?, ?>) line.get("flow")).get("correlationId"))
                .findFirst()
                .orElseThrow();
        warehouse.await("handled");
        var explained = new Screen();
        assertThat(explained.run(inMesh("explain", "--json", String.valueOf(conversation))))
                .isZero();
        return ((List<?>) explained.objects().get(0).get("steps"))
                .stream().<Map<?, ?>>map(step -> (Map<?, ?>) step).toList();
    }
}
