package io.parley.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.RequestChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.testkit.Await;
import io.parley.testkit.PortProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that are interrupted while they use a port do it no harm, and go on interrupted. */
class InterruptedCallersTest {

    private final List<PortProbe> opened = new CopyOnWriteArrayList<>();
    private final List<Peer> peers = new ArrayList<>();

    @AfterEach
    void closeAll() {
        peers.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        opened.forEach(PortProbe::close);
        opened.forEach(probe -> assertThat(probe.failures).isEmpty());
    }

    private PortProbe open() {
        PortProbe probe = PortProbe.open(ZmqTransport.create(), 64 * 1024, 1_000);
        opened.add(probe);
        return probe;
    }

    /** Calls again and again, and is struck by an interrupt once in each round, at any point of what it does. */
    private static final class Victim {

        private final int rounds;
        private final Thread caller;
        private final Thread interrupter;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger struck = new AtomicInteger();
        private final AtomicInteger flagsLost = new AtomicInteger();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final CountDownLatch over = new CountDownLatch(2);

        /** @param call what to do until the interrupt has come; answers whether to do it more than once a round */
        Victim(int rounds, BooleanSupplier call) {
            this.rounds = rounds;
            caller = new Thread(() -> guarded(() -> callAll(call)), "victim");
            interrupter = new Thread(() -> guarded(this::strikeAll), "interrupter");
        }

        Victim start() {
            caller.start();
            interrupter.start();
            return this;
        }

        void awaitEnd() {
            Await.until(() -> "the rounds' end, after " + struck, Duration.ofSeconds(40), () -> over.getCount() == 0);
            assertThat(failures).isEmpty();
            assertThat(flagsLost).as("interrupts that were swallowed").hasValue(0);
        }

        private void guarded(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failures.add(e);
                begun.set(rounds);
                struck.set(rounds);
            } finally {
                over.countDown();
            }
        }

        private void callAll(BooleanSupplier call) {
            for (int round = 1; round <= rounds && failures.isEmpty(); round++) {
                begun.set(round);
                boolean again = true;
                while (struck.get() < round) {
                    again = again && call.getAsBoolean();
                }
                if (!Thread.interrupted()) {
                    flagsLost.incrementAndGet();
                }
            }
        }

        private void strikeAll() {
            for (int round = 1; round <= rounds && failures.isEmpty(); round++) {
                while (begun.get() < round) {
                    Thread.onSpinWait();
                }
                caller.interrupt();
                struck.set(round);
            }
        }
    }

    @Test
    void everyTaskRunsThoughItsThreadIsInterruptedInTheMiddleOfHandingItOver() {
        PortProbe probe = open();
        var handedOver = new AtomicInteger();
        var ran = new AtomicInteger();
        BooleanSupplier call = () -> {
            int number = handedOver.incrementAndGet();
            probe.port().execute(ran::incrementAndGet);
            // Asleep again, the loop has to be woken by the next one.
            while (ran.get() < number - 1) {
                Thread.onSpinWait();
            }
            return true;
        };
        new Victim(1_000, call).start().awaitEnd();
        Await.until(
                () -> ran + " of " + handedOver + " tasks",
                Duration.ofSeconds(10),
                () -> ran.get() == handedOver.get());
        assertThat(handedOver).hasValueGreaterThan(500);
        // And it still hears those who call in peace.
        assertThat(probe.call(() -> "peace")).isEqualTo("peace");
    }

    @Test
    void aTaskThatLeavesTheLoopInterruptedDoesNotMakeItDeaf() {
        PortProbe probe = open();
        for (int i = 0; i < 100; i++) {
            var ran = new AtomicBoolean();
            probe.port().execute(() -> {
                Thread.currentThread().interrupt();
                ran.set(true);
            });
            Await.until("a task of a loop that was interrupted before", ran::get);
        }
        assertThat(probe.call(() -> "peace")).isEqualTo("peace");
    }

    @Test
    void everyMessageArrivesThoughItsSenderIsInterrupted() throws Exception {
        PointToPointChannel<Integer> tell = PointToPointChannel.of("far/tell", Integer.class);
        RequestChannel<Integer, Integer> ask =
                PointToPointChannel.of("far/ask", Integer.class).withReply(Integer.class);
        Discovery discovery = InMemoryDiscovery.create();
        Peer far = peer("far", discovery);
        var told = new AtomicInteger();
        far.receive(tell, message -> told.incrementAndGet());
        far.reply(ask, request -> -request.payload());
        Peer near = peer("near", discovery);
        assertThat(near.awaitReachable(tell, Duration.ofSeconds(10))).isTrue();
        assertThat(near.awaitReachable(ask, Duration.ofSeconds(10))).isTrue();
        var sender = near.sender(tell);
        var requestor = near.requestor(ask);
        var sent = new AtomicInteger();
        var answers = new ArrayList<CompletableFuture<Integer>>();
        BooleanSupplier call = () -> {
            sender.send(sent.incrementAndGet());
            answers.add(requestor.requestAsync(sent.get()));
            return false;
        };
        new Victim(500, call).start().awaitEnd();
        Await.until(() -> told + " of " + sent, Duration.ofSeconds(10), () -> told.get() == sent.get());
        assertThat(sent).hasValueGreaterThan(100);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join()).isEqualTo(-(i + 1));
        }
    }

    @Test
    void aHandlerInTheIoContextThatDoesNotReturnDoesNotKeepItsPeerFromClosing() throws Exception {
        RequestChannel<String, String> ask =
                PointToPointChannel.of("stuck/ask", String.class).withReply(String.class);
        Discovery discovery = InMemoryDiscovery.create();
        Peer stuck = peer("stuck", discovery);
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        stuck.reply(ask, HandlerOptions.inline(), request -> {
            entered.countDown();
            release.await();
            return "at last";
        });
        Peer near = peer("near", discovery);
        assertThat(near.awaitReachable(ask, Duration.ofSeconds(10))).isTrue();
        var asked = near.requestor(ask).requestAsync("?");
        entered.await();
        var closed = new CountDownLatch(1);
        new Thread(() -> {
                    stuck.close(Duration.ofMillis(100));
                    closed.countDown();
                })
                .start();
        Await.until("closed, with its handler at work", () -> closed.getCount() == 0);
        assertThat(asked).isNotDone();
        release.countDown();
        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("parley-io-stuck")));
    }

    private Peer peer(String service, Discovery discovery) {
        Peer peer = Peer.named(service)
                .transport(ZmqTransport.create())
                .discovery(discovery)
                .defaultTimeout(Duration.ofSeconds(10))
                .open();
        peers.add(peer);
        return peer;
    }
}
