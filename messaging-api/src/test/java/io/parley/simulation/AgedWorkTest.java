package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.RouterOptions;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.fixed.FixedDiscovery;
import io.parley.failure.TimedOutException;
import io.parley.internal.wire.Control;
import io.parley.internal.wire.WireMessage;
import io.parley.message.Headers;
import io.parley.message.Message;
import io.parley.time.Deadline;
import io.parley.transport.PortOptions;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that a network holds back for seconds and then brings at once: those whose deadline has passed are not begun. */
class AgedWorkTest {

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final PointToPointChannel<String> TELL = PointToPointChannel.of("far/tell", String.class);
    private static final RequestChannel<byte[], String> SCAN =
            PointToPointChannel.of("far/scan", byte[].class).withReply(String.class);

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration HOLE = Duration.ofSeconds(5);
    private static final Duration BETWEEN = Duration.ofMillis(20);
    private static final int LARGE = 200 * 1024;

    /** Remaining time travels in milliseconds, rounded up, and is reckoned to a millisecond; clocks may drift 200 ppm in the hole. */
    private static final long TOLERANCE_NANOS = 2_000_000 + HOLE.toNanos() / 5_000;

    private final Simulation mesh = new Simulation(11);
    /** When the network brings what it holds back. */
    private long holeEnd;

    private final List<Long> lateBy = new ArrayList<>();
    private int begun;
    private boolean isBusy;

    enum Place {
        POOLED(HandlerOptions.pooled()),
        SERIAL(HandlerOptions.serial()),
        INLINE(HandlerOptions.inline());

        final HandlerOptions handling;

        Place(HandlerOptions handling) {
            this.handling = handling;
        }
    }

    private long now() {
        return mesh.environment.time().nanoTime();
    }

    private void digHole() {
        holeEnd = now() + HOLE.toNanos();
    }

    private void delayInHole() {
        mesh.network.delayBy(random -> Duration.ofNanos(Math.max(1_000_000, holeEnd - now())));
    }

    private void begin(long deadline) {
        begun++;
        if (now() - deadline > TOLERANCE_NANOS) {
            lateBy.add(now() - deadline);
        }
    }

    private void openFar(HandlerOptions handling) {
        openFar(mesh.builder("far"), handling);
    }

    private void openFar(PeerBuilder builder, HandlerOptions handling) {
        Peer far = mesh.open(builder);
        far.reply(ASK, handling, request -> {
            begin(Long.parseLong(request.payload()));
            return "answered";
        });
        far.receive(TELL, handling, message -> begin(Long.parseLong(message.payload())));
        far.reply(SCAN, handling, request -> {
            begin(ByteBuffer.wrap(request.payload()).getLong());
            return "answered";
        });
    }

    private CompletableFuture<String> ask(Peer near) {
        return near.requestor(ASK).requestAsync(String.valueOf(now() + LIMIT.toNanos()), LIMIT);
    }

    private static List<Throwable> failures(List<CompletableFuture<String>> asked) {
        var failures = new ArrayList<Throwable>();
        asked.forEach(one -> {
            try {
                one.join();
            } catch (CompletionException e) {
                failures.add(e.getCause());
            }
        });
        return failures;
    }

    @ParameterizedTest
    @EnumSource
    void requestsThatWereHeldBackAreNotBegunAfterTheirDeadline(Place place) {
        delayInHole();
        openFar(place.handling);
        Peer near = mesh.open("near");
        mesh.settle();
        var before = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 20; i++) {
            before.add(ask(near));
            mesh.run(BETWEEN);
        }
        mesh.run(Duration.ofSeconds(1));
        assertThat(failures(before)).isEmpty();
        digHole();
        var within = new ArrayList<CompletableFuture<String>>();
        while (now() < holeEnd) {
            within.add(ask(near));
            mesh.run(BETWEEN);
        }
        mesh.run(Duration.ofSeconds(2));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(failures(within)).hasSizeGreaterThan(150).allMatch(e -> e instanceof TimedOutException);
        assertThat(begun).as("those that still had time").isGreaterThan(20 + 40);
        var after = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 20; i++) {
            after.add(near.requestor(ASK).requestAsync(String.valueOf(now() + LIMIT.toNanos()), Duration.ofMillis(20)));
            mesh.run(BETWEEN);
        }
        mesh.run(Duration.ofSeconds(1));
        assertThat(failures(after)).as("nothing looks old that is not").isEmpty();
        mesh.closeAll();
    }

    @Test
    void oneWaysAndLargeRequestsThatWereHeldBackAreNotBegunAfterTheirDeadline() {
        delayInHole();
        openFar(HandlerOptions.pooled());
        Peer near = mesh.open("near");
        mesh.settle();
        near.requestor(SCAN).requestAsync(large(now() + LIMIT.toNanos()), LIMIT);
        mesh.run(Duration.ofSeconds(2));
        assertThat(begun).isEqualTo(1);
        digHole();
        while (now() < holeEnd) {
            var deadline = Deadline.after(LIMIT, mesh.environment.time());
            near.sender(TELL)
                    .sendAsync(Message.document(String.valueOf(deadline.atNanos()))
                            .withHeaders(Headers.builder().deadline(deadline).build()));
            near.requestor(SCAN).requestAsync(large(now() + LIMIT.toNanos()), LIMIT);
            mesh.run(Duration.ofMillis(200));
        }
        mesh.run(Duration.ofSeconds(3));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(begun).as("those that still had time").isGreaterThan(2);
        mesh.closeAll();
    }

    private static byte[] large(long deadline) {
        return ByteBuffer.allocate(LARGE).putLong(deadline).array();
    }

    @Test
    void requestsThatWereCancelledInTheMeantimeAreNotBegun() {
        delayInHole();
        openFar(HandlerOptions.pooled());
        Peer near = mesh.open("near");
        mesh.settle();
        var first = near.requestor(ASK).requestAsync(String.valueOf(Long.MAX_VALUE), Duration.ofMinutes(1));
        mesh.until(first::isDone);
        digHole();
        for (int i = 0; i < 200; i++) {
            var asked = near.requestor(ASK).requestAsync(String.valueOf(Long.MAX_VALUE), Duration.ofMinutes(1));
            mesh.run(BETWEEN);
            asked.cancel(false);
        }
        mesh.run(Duration.ofSeconds(3));
        assertThat(begun).as("begun").isEqualTo(1);
        mesh.closeAll();
    }

    @ParameterizedTest
    @EnumSource
    void linkWhoseMessagesAreOldHoldsUpNoOther(Place place) {
        openFar(place.handling);
        Peer near = mesh.open("near");
        mesh.settle();
        var slow = new WirePeer(mesh, "slow");
        WirePeer.Wire wire = slow.dial(mesh.peers.get(0).self().address());
        mesh.settle();
        wire.send(new Control.Hello(
                1,
                1,
                new Control.PeerId(WirePeer.INCARNATION, "slow", "slow-1"),
                0,
                new Control.LinkLimits(1 << 20, 1000, 1 << 28),
                false,
                false,
                false,
                10_000_000));
        mesh.settle();
        for (int i = 0; i < 20; i++) {
            WireMessage request = slow.request("far/ask", String.valueOf(Long.MAX_VALUE));
            request.sentAt(1);
            wire.send(request);
            mesh.run(Duration.ofNanos(100_000));
            var asked = near.requestor(ASK).requestAsync(String.valueOf(Long.MAX_VALUE));
            mesh.run(Duration.ofNanos(100_000));
            assertThat(asked).as("asked beside the slow link").isDone();
        }
        int before = begun;
        mesh.run(Duration.ofSeconds(1));
        assertThat(begun - before).as("held, and then begun").isEqualTo(20);
        mesh.closeAll();
    }

    /** What a caller that sleeps has on its link beside the requests that are looked at. */
    enum Load {
        LIGHT,
        /** More than 64 KiB wait at all times. */
        HEAVY,
        /** All requests go in chunks, with nothing beside them. */
        CHUNKS
    }

    @ParameterizedTest
    @EnumSource
    void callerWhoseClockStoodStillIsBelievedAgain(Load load) {
        mesh.network.delayBy(random -> Duration.ofMillis(load == Load.LIGHT ? 80 : 5));
        openFar(HandlerOptions.pooled());
        var machine = new Machine(mesh.environment);
        Peer near = mesh.open(mesh.builder("near")
                .environment(machine)
                .limits(Limits.defaults().withMemory(1 << 30).withHeartbeat(Duration.ofSeconds(30)))
                .transport(narrow()));
        mesh.run(Duration.ofSeconds(1));
        var scans = new ArrayList<CompletableFuture<String>>();
        if (load == Load.HEAVY) {
            keepBusy(near, scans);
        }
        assertThat(failures(asked(near, load, 50))).isEmpty();
        machine.sleep();
        mesh.run(HOLE);
        machine.goOn();
        assertThat(failures(asked(near, load, 50))).as("just after its sleep").isNotEmpty();
        assertThat(failures(asked(near, load, 100))).isEmpty();
        isBusy = false;
        mesh.closeAll();
    }

    /** Keeps six messages of 900 kB on the way. */
    private void keepBusy(Peer near, List<CompletableFuture<String>> scans) {
        isBusy = true;
        mesh.environment.openTimers("load").scheduleEvery(Duration.ofMillis(1), () -> {
            scans.removeIf(CompletableFuture::isDone);
            while (isBusy && scans.size() < 6) {
                byte[] all =
                        ByteBuffer.allocate(900_000).putLong(Long.MAX_VALUE).array();
                scans.add(near.requestor(SCAN).requestAsync(all, Duration.ofMinutes(5)));
            }
        });
    }

    private List<CompletableFuture<String>> asked(Peer near, Load load, int count) {
        var asked = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < count; i++) {
            asked.add(
                    load == Load.CHUNKS
                            ? near.requestor(SCAN).requestAsync(large(Long.MAX_VALUE), LIMIT)
                            : near.requestor(ASK).requestAsync(String.valueOf(Long.MAX_VALUE), LIMIT));
            mesh.run(load == Load.CHUNKS ? Duration.ofMillis(200) : BETWEEN);
        }
        mesh.run(LIMIT);
        return asked;
    }

    /** A transport whose links hold but two frames, so that large messages take their time. */
    private Transport narrow() {
        return (options, listener) -> InMemoryTransport.on(mesh.network)
                .open(new PortOptions(options.name(), options.environment(), options.maxFrameBytes(), 2), listener);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void largeMessageThatTakesLongerThanItsDeadlineIsNotBegun(boolean isOverBulkLink) {
        Peer near = openOnNarrowLinks(isOverBulkLink);
        tell(near, Duration.ofMillis(900), 4_000_000);
        var beside = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 60; i++) {
            // Each looks old, so that there are PINGs.
            beside.add(near.requestor(ASK).requestAsync(String.valueOf(Long.MAX_VALUE), HOLE));
            mesh.run(Duration.ofMillis(50));
        }
        mesh.run(HOLE);
        assertThat(failures(beside)).isEmpty();
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        mesh.closeAll();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void smallOnesThatWaitBehindALargeOneOfTheirChannelAreNotBegunAfterTheirDeadline(boolean isOverBulkLink) {
        Peer near = openOnNarrowLinks(isOverBulkLink);
        begun = 0;
        tell(near, HOLE, 4_000_000);
        for (int i = 0; i < 40; i++) {
            mesh.run(Duration.ofMillis(10));
            tell(near, Duration.ofMillis(700), 20);
        }
        mesh.run(HOLE);
        assertThat(begun).isGreaterThan(0);
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        mesh.closeAll();
    }

    /** Sends one that has its deadline in that many digits. */
    private void tell(Peer near, Duration limit, int digits) {
        var deadline = Deadline.after(limit, mesh.environment.time());
        String text = String.valueOf(deadline.atNanos());
        near.sender(TELL)
                .sendAsync(Message.document("0".repeat(digits - text.length()) + text)
                        .withHeaders(Headers.builder().deadline(deadline).build()));
    }

    private Peer openOnNarrowLinks(boolean haveBulkLinks) {
        Transport transport = haveBulkLinks ? new BulkTransport(mesh, port -> {}) : narrow();
        openFar(mesh.builder("far").transport(transport), HandlerOptions.pooled());
        Peer near = mesh.open(
                mesh.builder("near").transport(haveBulkLinks ? new BulkTransport(mesh, port -> {}) : narrow()));
        mesh.settle();
        var first = ask(near);
        // The bulk link is there from then on.
        var scanned = near.requestor(SCAN).requestAsync(large(Long.MAX_VALUE), HOLE);
        mesh.run(Duration.ofSeconds(1));
        assertThat(failures(List.of(first, scanned))).isEmpty();
        mesh.network.delayBy(random -> Duration.ofMillis(40));
        return near;
    }

    @Test
    void routerTakesOffWhatTheFirstHopTook() {
        delayInHole();
        Peer router = mesh.open(mesh.builder("router").forwarding(RouterOptions.defaults()));
        openFar(HandlerOptions.pooled());
        mesh.settle();
        Peer near = mesh.open(mesh.builder("near")
                .discovery(FixedDiscovery.builder()
                        .everyService(router.self().address())
                        .build()));
        mesh.settle();
        var first = ask(near);
        mesh.until(first::isDone);
        assertThat(first).isCompletedWithValue("answered");
        digHole();
        var within = new ArrayList<CompletableFuture<String>>();
        while (now() < holeEnd) {
            within.add(ask(near));
            mesh.run(BETWEEN);
        }
        mesh.run(Duration.ofSeconds(2));
        assertThat(lateBy).as("begun after their deadline").isEmpty();
        assertThat(failures(within)).hasSizeGreaterThan(150);
        mesh.closeAll();
    }
}
