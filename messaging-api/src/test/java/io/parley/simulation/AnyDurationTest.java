package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Requestor;
import io.parley.Subscription;
import io.parley.Surveyor;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.environment.Environment;
import io.parley.failure.DeadlinePassedException;
import io.parley.message.Message;
import io.parley.testkit.Await;
import io.parley.time.Deadline;
import io.parley.time.Durations;
import io.parley.time.Timers;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every public method that takes a {@link Duration}, with durations of every size and sign: it takes them, or refuses them with
 * {@link IllegalArgumentException}, or says that the deadline has passed. The table of calls is held against the API by reflection.
 */
class AnyDurationTest {

    private static final List<Class<?>> API = List.of(
            Peer.class,
            PeerBuilder.class,
            Limits.class,
            Requestor.class,
            Subscription.class,
            Surveyor.class,
            Deadline.class,
            Durations.class,
            Timers.class,
            LocalDirectoryDiscovery.class);

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("near/ask", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("near/news", String.class);
    private static final SurveyChannel<String, String> QUOTES =
            PublishSubscribeChannel.of("near/quotes", String.class).withResponses(String.class);

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final Discovery discovery = InMemoryDiscovery.create();
    private final Map<String, Call> calls = new LinkedHashMap<>();
    private final List<Peer> toClose = new ArrayList<>();
    private Peer near;
    private Timers timers;

    @FunctionalInterface
    private interface Call {

        Object with(Duration duration) throws Exception;
    }

    static Stream<Duration> durations() {
        return Stream.of(
                Duration.ofSeconds(Long.MIN_VALUE),
                Duration.ofDays(-365 * 300),
                Duration.ofNanos(-1),
                Duration.ZERO,
                Duration.ofNanos(1),
                Duration.ofSeconds(30),
                Duration.ofDays(365 * 100),
                Duration.ofDays(365 * 292),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofDays(365 * 300),
                Duration.ofMillis(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
    }

    @BeforeEach
    void open() throws Exception {
        near = builder().open();
        toClose.add(near);
        near.reply(ASK, request -> "yes");
        near.publisher(NEWS);
        near.respond(QUOTES, request -> "yes");
        var subscription = near.subscribe(NEWS, event -> {});
        assertThat(near.awaitReachable(ASK, Duration.ofSeconds(30))).isTrue();
        assertThat(subscription.awaitConnected(Duration.ofSeconds(30))).isTrue();
        var requestor = near.requestor(ASK);
        var surveyor = near.surveyor(QUOTES);
        // A first survey tells that the responder is there.
        Await.until(
                "a responder",
                () -> surveyor.survey("?", Duration.ofSeconds(30), 1)
                                .whenEnded()
                                .completeOnTimeout(List.of(), 1, java.util.concurrent.TimeUnit.SECONDS)
                                .join()
                                .size()
                        == 1);
        timers = Environment.system().openTimers("parley-timers-any");
        var time = Environment.system().time();
        calls.put("Peer.awaitReachable", limit -> near.awaitReachable(ASK, limit));
        calls.put("Peer.close", limit -> {
            Peer another = builder().open();
            another.close(limit);
            return another;
        });
        calls.put("Peer.closeAsync", limit -> builder().open().closeAsync(limit).join());
        calls.put("PeerBuilder.defaultTimeout", limit -> openAndClose(builder().defaultTimeout(limit)));
        calls.put("PeerBuilder.closeTimeout", limit -> openAndClose(builder().closeTimeout(limit)));
        calls.put("Limits.withHeartbeat", Limits.defaults()::withHeartbeat);
        calls.put("Limits.withConnectTimeout", Limits.defaults()::withConnectTimeout);
        calls.put("Limits.withInstanceTimeout", Limits.defaults()::withInstanceTimeout);
        calls.put("Limits.withGrace", Limits.defaults()::withGrace);
        calls.put("Requestor.request", limit -> requestor.request("?", limit));
        calls.put(
                "Requestor.requestAsync",
                limit -> requestor.requestAsync("?", limit).join());
        calls.put("Subscription.awaitConnected", subscription::awaitConnected);
        calls.put("Surveyor.survey", limit -> {
            surveyor.survey("?", limit).end();
            surveyor.survey("?", limit, 1).whenEnded().join();
            return surveyor.survey(Message.document("?"), limit, 1).await();
        });
        calls.put("Deadline.after", limit -> Deadline.after(limit, time).remaining());
        calls.put("Durations.nanos", Durations::nanos);
        calls.put("Durations.millis", Durations::millis);
        calls.put("Durations.twice", Durations::twice);
        calls.put("Timers.schedule", limit -> {
            timers.schedule(limit, () -> {}).cancel();
            return limit;
        });
        calls.put("Timers.scheduleEvery", limit -> {
            timers.scheduleEvery(limit, () -> {}).cancel();
            return limit;
        });
        calls.put("LocalDirectoryDiscovery.ttl", LocalDirectoryDiscovery.mesh("any")::ttl);
        calls.put("LocalDirectoryDiscovery.pollInterval", LocalDirectoryDiscovery.mesh("any")::pollInterval);
    }

    @AfterEach
    void closeAll() {
        toClose.forEach(peer -> peer.close(Duration.ofSeconds(1)));
        timers.close();
    }

    private PeerBuilder builder() {
        return Peer.named("near").transport(InMemoryTransport.on(network)).discovery(discovery);
    }

    private static Object openAndClose(PeerBuilder builder) {
        Peer peer = builder.open();
        peer.receive(PointToPointChannel.of("near/tell", String.class), HandlerOptions.pooled(), message -> {});
        peer.close();
        return peer;
    }

    @Test
    void theTableHasEveryMethodThatTakesADuration() {
        var methods = new TreeSet<String>();
        for (Class<?> type : API) {
            for (Method method : type.getMethods()) {
                if (method.getDeclaringClass() == type
                        && Modifier.isPublic(method.getModifiers())
                        && Arrays.asList(method.getParameterTypes()).contains(Duration.class)) {
                    methods.add(type.getSimpleName() + '.' + method.getName());
                }
            }
        }
        assertThat(calls.keySet()).containsExactlyInAnyOrderElementsOf(methods);
    }

    @ParameterizedTest
    @MethodSource("durations")
    void everyMethodTakesItOrRefusesItByName(Duration duration) {
        calls.forEach((name, call) -> {
            try {
                call.with(duration);
            } catch (IllegalArgumentException e) {
                assertThat(e).as(name).hasMessageContaining(duration.toString());
            } catch (DeadlinePassedException e) {
                assertThat(duration).as(name).isLessThan(Duration.ofSeconds(1));
            } catch (CompletionException e) {
                assertThat(e).as(name).hasCauseInstanceOf(DeadlinePassedException.class);
            } catch (io.parley.failure.RefusedException | io.parley.failure.TimedOutException e) {
                assertThat(duration).as(name).isEqualTo(Duration.ofNanos(1));
            } catch (Exception e) {
                fail(name + " with " + duration, e);
            }
        });
    }
}
