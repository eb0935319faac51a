package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.HandlerOptions;
import io.parley.Limits;
import io.parley.Peer;
import io.parley.PeerBuilder;
import io.parley.Survey;
import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.codec.Codec;
import io.parley.codec.TextCodec;
import io.parley.discovery.Instance;
import io.parley.failure.MessagingException;
import io.parley.failure.Outcome;
import io.parley.loadbalance.Candidates;
import io.parley.loadbalance.LoadBalancer;
import io.parley.loadbalance.Picker;
import io.parley.message.Headers;
import io.parley.message.PeerName;
import io.parley.observe.MessageFlow;
import io.parley.observe.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever any callback of the API or SPI throws: whoever waits is told, credit comes back, and the next message works. Each callback
 * throws for several windows' worth of messages, and then works. In virtual time, in which an exception that leaves a thread ends the test.
 */
class ThrowingCallbacksTest {

    private static final int WINDOW = 4;
    private static final int FAILING = 3 * WINDOW;

    private static final RequestChannel<String, String> ASK =
            PointToPointChannel.of("far/ask", String.class).withReply(String.class);
    private static final PointToPointChannel<String> TELL = PointToPointChannel.of("far/tell", String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("near/news", String.class);
    private static final SurveyChannel<String, String> SURVEY =
            PublishSubscribeChannel.of("near/survey", String.class).withResponses(String.class);

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Simulation mesh = new Simulation(33);
    private final List<String> heard = new ArrayList<>();

    /** What a caller sees of messages that meet a callback which throws. */
    private enum Expected {
        /** The outcome of what the receiver's handler or codec failed at. */
        FAULTED(Outcome.FAULTED),
        REFUSED(Outcome.REFUSED),
        NOT_SENT(Outcome.NOT_SENT),
        UNKNOWN(Outcome.UNKNOWN),
        /** The callback is none that a message depends on. */
        ANSWERED(null);

        private final @Nullable Outcome outcome;

        Expected(@Nullable Outcome outcome) {
            this.outcome = outcome;
        }
    }

    /**
     * A callback that throws.
     *
     * @param configure sets it up in the builders, near and far
     * @param attach sets it up in the peers, near and far
     */
    private record Callback(
            String name, Expected expected, Configuring configure, Attaching attach, Exchanging exchange) {

        @Override
        public String toString() {
            return name;
        }
    }

    private interface Configuring {
        void configure(PeerBuilder near, PeerBuilder far, Throwing throwing);
    }

    private interface Attaching {
        void attach(ThrowingCallbacksTest test, Peer near, Peer far, Throwing throwing);
    }

    private interface Exchanging {
        /** @param works whether the callback does not throw now */
        void exchange(ThrowingCallbacksTest test, Peer near, Expected expected, boolean works);
    }

    private static final Configuring PLAIN = (near, far, throwing) -> {};
    private static final Attaching ECHO = (test, near, far, throwing) -> far.reply(ASK, question -> "answer");

    private static Callback inBuilder(String name, Expected expected, Configuring configure) {
        return new Callback(name, expected, configure, ECHO, ThrowingCallbacksTest::ask);
    }

    private static Callback inPeer(String name, Expected expected, Attaching attach) {
        return new Callback(name, expected, PLAIN, attach, ThrowingCallbacksTest::ask);
    }

    private static Stream<Callback> callbacks() {
        return Stream.of(
                inPeer(
                        "a replier",
                        Expected.FAULTED,
                        (test, near, far, throwing) -> far.reply(ASK, question -> {
                            throwing.maybe();
                            return "answer";
                        })),
                inPeer(
                        "an inline replier",
                        Expected.FAULTED,
                        (test, near, far, throwing) -> far.reply(ASK, HandlerOptions.inline(), question -> {
                            throwing.maybe();
                            return "answer";
                        })),
                inPeer(
                        "a replier with a stage",
                        Expected.FAULTED,
                        (test, near, far, throwing) -> far.replyAsync(ASK, question -> {
                            throwing.maybe();
                            return CompletableFuture.completedFuture("answer");
                        })),
                inPeer(
                        "a reply stage",
                        Expected.FAULTED,
                        (test, near, far, throwing) -> far.replyAsync(
                                ASK,
                                question -> throwing.isOn()
                                        ? CompletableFuture.failedFuture(throwing.next())
                                        : CompletableFuture.completedFuture("answer"))),
                inPeer(
                        "a reply stage that cannot be awaited",
                        Expected.FAULTED,
                        (test, near, far, throwing) -> far.replyAsync(ASK, question -> new CompletableFuture<>() {
                            {
                                complete("answer");
                            }

                            @Override
                            public CompletableFuture<String> whenComplete(
                                    java.util.function.BiConsumer<? super String, ? super Throwable> action) {
                                throwing.maybe();
                                return super.whenComplete(action);
                            }
                        })),
                new Callback(
                        "a receiver",
                        Expected.ANSWERED,
                        PLAIN,
                        (test, near, far, throwing) -> far.receive(TELL, message -> {
                            throwing.maybe();
                            test.heard.add(message.payload());
                        }),
                        ThrowingCallbacksTest::tell),
                new Callback(
                        "an inline receiver",
                        Expected.ANSWERED,
                        PLAIN,
                        (test, near, far, throwing) -> far.receive(TELL, HandlerOptions.inline(), message -> {
                            throwing.maybe();
                            test.heard.add(message.payload());
                        }),
                        ThrowingCallbacksTest::tell),
                new Callback(
                        "a subscriber",
                        Expected.ANSWERED,
                        PLAIN,
                        (test, near, far, throwing) -> far.subscribe(NEWS, message -> {
                            throwing.maybe();
                            test.heard.add(message.payload());
                        }),
                        ThrowingCallbacksTest::publish),
                new Callback(
                        "an inline subscriber",
                        Expected.ANSWERED,
                        PLAIN,
                        (test, near, far, throwing) -> far.subscribe(
                                NEWS,
                                io.parley.SubscribeOptions.all().withHandling(HandlerOptions.inline()),
                                message -> {
                                    throwing.maybe();
                                    test.heard.add(message.payload());
                                }),
                        ThrowingCallbacksTest::publish),
                new Callback(
                        "a responder",
                        Expected.FAULTED,
                        PLAIN,
                        (test, near, far, throwing) -> far.respond(SURVEY, question -> {
                            throwing.maybe();
                            return "answer";
                        }),
                        ThrowingCallbacksTest::survey),
                new Callback(
                        "a response stage",
                        Expected.FAULTED,
                        PLAIN,
                        (test, near, far, throwing) -> far.respondAsync(
                                SURVEY,
                                HandlerOptions.pooled(),
                                question -> throwing.isOn()
                                        ? CompletableFuture.failedFuture(throwing.next())
                                        : CompletableFuture.completedFuture("answer")),
                        ThrowingCallbacksTest::survey),
                new Callback(
                        "a survey's listener",
                        Expected.ANSWERED,
                        PLAIN,
                        (test, near, far, throwing) -> {
                            far.respond(SURVEY, question -> "answer");
                            test.onResponse = throwing;
                        },
                        ThrowingCallbacksTest::survey),
                inBuilder(
                        "the caller's flow tap",
                        Expected.ANSWERED,
                        (near, far, throwing) -> near.flowTap(event -> throwing.maybe())),
                inBuilder(
                        "the receiver's flow tap",
                        Expected.ANSWERED,
                        (near, far, throwing) -> far.flowTap(event -> throwing.maybe())),
                new Callback(
                        "an error handler",
                        Expected.FAULTED,
                        (near, far, throwing) -> far.onError((what, cause) -> throwing.maybe()),
                        failingReplier(),
                        ThrowingCallbacksTest::ask),
                new Callback(
                        "an error handler that throws what it is told",
                        Expected.FAULTED,
                        (near, far, throwing) -> far.onError((what, cause) -> {
                            throwing.next();
                            throw new CompletionException(cause);
                        }),
                        failingReplier(),
                        ThrowingCallbacksTest::ask),
                new Callback(
                        "a dead letter channel",
                        Expected.ANSWERED,
                        (near, far, throwing) -> far.onDeadLetter(letter -> throwing.maybe()),
                        (test, near, far, throwing) -> far.receive(TELL, message -> {
                            if (throwing.isOn()) {
                                throw new IllegalStateException("no room");
                            }
                            test.heard.add(message.payload());
                        }),
                        ThrowingCallbacksTest::tell),
                inBuilder(
                        "tracing a message that is sent",
                        Expected.ANSWERED,
                        (near, far, throwing) -> near.tracing(traced(throwing::maybe, () -> {}, () -> {}))),
                inBuilder(
                        "the trace of a message's steps",
                        Expected.ANSWERED,
                        (near, far, throwing) -> near.tracing(traced(() -> {}, throwing::maybe, () -> {}))),
                inBuilder(
                        "tracing a handler",
                        Expected.ANSWERED,
                        (near, far, throwing) -> far.tracing(traced(throwing::maybe, () -> {}, () -> {}))),
                inBuilder(
                        "the trace of a handler",
                        Expected.ANSWERED,
                        (near, far, throwing) -> far.tracing(traced(() -> {}, () -> {}, throwing::maybe))),
                new Callback(
                        "a picker",
                        Expected.ANSWERED,
                        (near, far, throwing) -> near.balancer(candidates -> picking(candidates, throwing)),
                        (test, near, far, throwing) -> {
                            far.reply(ASK, question -> "answer");
                            test.openAnother();
                        },
                        ThrowingCallbacksTest::ask),
                new Callback(
                        "a load balancer",
                        Expected.ANSWERED,
                        (near, far, throwing) -> near.balancer(candidates -> {
                            throwing.maybe();
                            return LoadBalancer.roundRobin().picker(candidates);
                        }),
                        ECHO,
                        (test, near, expected, works) -> {
                            test.openAnother();
                            test.mesh.settle();
                            test.ask(near, expected, works);
                        }),
                new Callback(
                        "a gap listener",
                        Expected.ANSWERED,
                        PLAIN,
                        (test, near, far, throwing) -> far.subscribe(
                                NEWS,
                                io.parley.SubscribeOptions.all().withGapListener(gap -> throwing.maybe()),
                                message -> test.heard.add(message.payload())),
                        (test, near, expected, works) -> {
                            test.missOne(near);
                            test.publish(near, expected, true);
                        }),
                inBuilder(
                        "the receiver's codec, decoding",
                        Expected.REFUSED,
                        (near, far, throwing) -> far.codec(codec(() -> {}, throwing::maybe, () -> {}))),
                inBuilder(
                        "the receiver's codec, encoding",
                        Expected.FAULTED,
                        (near, far, throwing) -> far.codec(codec(throwing::maybe, () -> {}, () -> {}))),
                inBuilder(
                        "the receiver's codec, asked for types",
                        Expected.REFUSED,
                        (near, far, throwing) -> far.codec(codec(() -> {}, () -> {}, throwing::maybe))),
                inBuilder(
                        "the caller's codec, encoding",
                        Expected.NOT_SENT,
                        (near, far, throwing) -> near.codec(codec(throwing::maybe, () -> {}, () -> {}))),
                inBuilder(
                        "the caller's codec, decoding",
                        Expected.UNKNOWN,
                        (near, far, throwing) -> near.codec(codec(() -> {}, throwing::maybe, () -> {}))),
                new Callback(
                        "an executor",
                        Expected.REFUSED,
                        (near, far, throwing) -> far.handlerExecutor(task -> {
                            throwing.maybe();
                            task.run();
                        }),
                        ECHO,
                        ThrowingCallbacksTest::ask),
                inPeer("a probe's listener", Expected.ANSWERED, (test, near, far, throwing) -> {
                    far.reply(ASK, question -> "answer");
                    near.probe(far.self(), new io.parley.Probe.Listener() {
                                @Override
                                public void onUp(PeerName who, Instance instance) {
                                    Throwing.<RuntimeException>sneak(throwing.next());
                                }

                                @Override
                                public void onDown(String reason) {
                                    throwing.maybe();
                                }
                            })
                            .ask(() -> Throwing.<RuntimeException>sneak(throwing.next()));
                }));
    }

    private static Attaching failingReplier() {
        return (test, near, far, throwing) -> far.reply(ASK, question -> {
            if (throwing.isOn()) {
                throw new IllegalStateException("no stock");
            }
            return "answer";
        });
    }

    private static Picker picking(Candidates candidates, Throwing throwing) {
        Picker picker = LoadBalancer.roundRobin().picker(candidates);
        return (channel, key) -> {
            throwing.maybe();
            return picker.pick(channel, key);
        };
    }

    private static Codec codec(Runnable onEncode, Runnable onDecode, Runnable onAccept) {
        var text = new TextCodec();
        return new Codec() {
            @Override
            public String contentType() {
                return text.contentType();
            }

            @Override
            public boolean supports(Class<?> type) {
                return text.supports(type);
            }

            @Override
            public boolean accepts(String contentType) {
                onAccept.run();
                return text.accepts(contentType);
            }

            @Override
            public byte[] encode(Object payload) {
                onEncode.run();
                return text.encode(payload);
            }

            @Override
            public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
                onDecode.run();
                return text.decode(bytes, offset, length, type);
            }
        };
    }

    private static Tracing traced(Runnable onBegin, Runnable onStep, Runnable onHandled) {
        return new Tracing() {
            @Override
            public Sent onSending(ChannelName channel, InteractionStyle style, Headers headers) {
                onBegin.run();
                return new Sent() {
                    @Override
                    public @Nullable String traceparent() {
                        onStep.run();
                        return null;
                    }

                    @Override
                    public @Nullable String tracestate() {
                        onStep.run();
                        return null;
                    }

                    @Override
                    public void onStep(MessageFlow step) {
                        onStep.run();
                    }
                };
            }

            @Override
            public Handled onHandling(ChannelName channel, InteractionStyle style, Headers headers) {
                onBegin.run();
                return new Handled() {
                    @Override
                    public void onReturn() {
                        onHandled.run();
                    }

                    @Override
                    public void onEnd(@Nullable Throwable failure) {
                        onHandled.run();
                    }
                };
            }
        };
    }

    private @Nullable Throwing onResponse;

    private static Stream<Arguments> everyCallbackAndFailure() {
        return callbacks().flatMap(callback -> Throwing.kinds().map(kind -> Arguments.of(callback, kind)));
    }

    @ParameterizedTest(name = "{0} throws {1}")
    @MethodSource("everyCallbackAndFailure")
    void callbackThatThrowsHarmsNothingElse(Callback callback, Throwing.Kind kind) {
        var throwing = new Throwing(kind.failure());
        Limits limits = Limits.defaults().withMaxMessageBytes(1024).withWindow(WINDOW, 1 << 20);
        PeerBuilder near = mesh.builder("near").limits(limits);
        PeerBuilder far = mesh.builder("far").limits(limits);
        callback.configure.configure(near, far, throwing);
        Peer caller = mesh.open(near);
        Peer receiver = mesh.open(far);
        caller.publisher(NEWS);
        caller.surveyor(SURVEY);
        callback.attach.attach(this, caller, receiver, throwing);
        mesh.run(Duration.ofSeconds(2));
        callback.exchange.exchange(this, caller, Expected.ANSWERED, true);
        throwing.on();
        for (int i = 0; i < FAILING; i++) {
            callback.exchange.exchange(this, caller, callback.expected, false);
        }
        assertThat(throwing.thrown()).isPositive();
        throwing.off();
        for (int i = 0; i < FAILING; i++) {
            callback.exchange.exchange(this, caller, Expected.ANSWERED, true);
        }
        assertThat(caller.whenClosed()).isNotDone();
        assertThat(receiver.whenClosed()).isNotDone();
        mesh.closeAll();
        assertThat(receiver.whenClosed()).isCompleted();
    }

    private void ask(Peer near, Expected expected, boolean works) {
        CompletableFuture<String> answer = near.requestor(ASK).requestAsync("question", LIMIT);
        mesh.until(answer::isDone);
        check(answer, expected);
    }

    private void tell(Peer near, Expected expected, boolean works) {
        heard.clear();
        var sent = near.sender(TELL).sendAsync("message");
        mesh.until(sent::isDone);
        check(sent, expected);
        awaitHeard(works);
    }

    private void publish(Peer near, Expected expected, boolean works) {
        heard.clear();
        near.publisher(NEWS).publish("event");
        awaitHeard(works);
    }

    private void openAnother() {
        mesh.open("far").reply(ASK, question -> "answer");
    }

    /** Publishes what the subscriber misses, as its feed is interrupted. */
    private void missOne(Peer near) {
        mesh.sever(near, mesh.peers.get(1));
        near.publisher(NEWS).publish("missed");
        mesh.run(Duration.ofSeconds(2));
    }

    private void awaitHeard(boolean works) {
        if (works) {
            mesh.until(() -> !heard.isEmpty());
        } else {
            mesh.run(Duration.ofMillis(50));
        }
    }

    private void survey(Peer near, Expected expected, boolean works) {
        Survey<String> survey = near.surveyor(SURVEY).survey("question", LIMIT, 1);
        var told = new ArrayList<String>();
        Throwing throwing = onResponse;
        if (throwing != null) {
            survey.onResponse(response -> {
                told.add(response.payload());
                throwing.maybe();
            });
        }
        if (expected == Expected.ANSWERED) {
            mesh.until(() -> survey.whenEnded().isDone());
            assertThat(survey.responses()).hasSize(1);
        } else {
            mesh.until(() -> !survey.faults().isEmpty());
            assertThat(survey.faults()).singleElement().satisfies(fault -> assertThat(
                            ((MessagingException) fault).outcome())
                    .isEqualTo(expected.outcome));
        }
        if (throwing != null) {
            mesh.until(() -> !told.isEmpty());
        }
        survey.end();
    }

    private static void check(CompletableFuture<?> stage, Expected expected) {
        if (expected == Expected.ANSWERED) {
            assertThat(stage).isCompleted();
        } else {
            assertThat(stage).isCompletedExceptionally();
            Throwable failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                            CompletionException.class, stage::join)
                    .getCause();
            assertThat(failure).isInstanceOf(MessagingException.class);
            assertThat(((MessagingException) failure).outcome()).isEqualTo(expected.outcome);
        }
    }
}
