package io.parley.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.parley.Peer;
import io.parley.Subscription;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;
import io.parley.channel.SurveyChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.TimedOutException;
import io.parley.message.Document;
import io.parley.message.Headers;
import io.parley.testkit.Await;
import io.parley.transport.Transport;
import io.parley.transport.memory.InMemoryTransport;
import io.parley.zmq.ZmqTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenTelemetryTracingTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final PointToPointChannel<String> SHIP = PointToPointChannel.of("orders/ship", String.class);
    private static final RequestChannel<String, String> PLACE =
            PointToPointChannel.of("orders/place", String.class).withReply(String.class);
    private static final RequestChannel<String, String> RESERVE =
            PointToPointChannel.of("stock/reserve", String.class).withReply(String.class);
    private static final PublishSubscribeChannel<String> NEWS = PublishSubscribeChannel.of("orders/news", String.class);
    private static final SurveyChannel<String, String> OFFERS =
            PublishSubscribeChannel.of("orders/offers", String.class).withResponses(String.class);

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final OpenTelemetrySdk sdk =
            OpenTelemetrySdk.builder().setTracerProvider(provider).build();
    private final OpenTelemetryTracing tracing = OpenTelemetryTracing.of(sdk);
    private final Discovery discovery = InMemoryDiscovery.create();
    private final List<Peer> peers = new ArrayList<>();
    private Transport transport = InMemoryTransport.create();

    @AfterEach
    void close() {
        peers.forEach(Peer::close);
        sdk.close();
    }

    private Peer open(String service) {
        Peer peer = Peer.named(service)
                .transport(transport)
                .discovery(discovery)
                .onError((what, cause) -> {})
                .onDeadLetter(letter -> {})
                .tracing(tracing)
                .open();
        peers.add(peer);
        return peer;
    }

    /** The spans of {@code kind}, once there are so many. */
    private List<SpanData> spans(SpanKind kind, int count) {
        Await.until(
                () -> count + " spans of kind " + kind + " among " + exporter.getFinishedSpanItems(),
                LIMIT,
                () -> spans(kind).size() >= count);
        assertThat(spans(kind)).hasSize(count);
        return spans(kind);
    }

    private List<SpanData> spans(SpanKind kind) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == kind)
                .toList();
    }

    private SpanData span(SpanKind kind) {
        return spans(kind, 1).get(0);
    }

    private SpanData span(SpanKind kind, String name) {
        Await.until(
                () -> name + " of kind " + kind + " among " + exporter.getFinishedSpanItems(),
                LIMIT,
                () -> spans(kind).stream().anyMatch(span -> span.getName().equals(name)));
        return spans(kind).stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertIsChild(SpanData child, SpanData parent) {
        assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
        assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
    }

    private static String attribute(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.stringKey(name));
    }

    private void aRequestIsTraced() {
        open("orders").reply(PLACE, request -> request.payload());
        var placing = open("customer").requestor(PLACE);
        Span shopping = sdk.getTracer("test").spanBuilder("shopping").startSpan();
        try (Scope current = shopping.makeCurrent()) {
            assertThat(current).isNotNull();
            assertThat(placing.request("tea", LIMIT)).isEqualTo("tea");
        } finally {
            shopping.end();
        }

        SpanData client = span(SpanKind.CLIENT);
        SpanData server = span(SpanKind.SERVER);
        assertIsChild(client, span(SpanKind.INTERNAL, "shopping"));
        assertIsChild(server, client);
        assertThat(server.getParentSpanContext().isRemote()).isTrue();
        assertThat(client.getName()).isEqualTo("request orders/place");
        assertThat(server.getName()).isEqualTo("process orders/place");
        for (SpanData span : List.of(client, server)) {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(attribute(span, "messaging.system")).isEqualTo("parley");
            assertThat(attribute(span, "messaging.destination.name")).isEqualTo("orders/place");
            assertThat(attribute(span, "messaging.message.id"))
                    .isNotNull()
                    .isEqualTo(attribute(span, "messaging.message.conversation_id"))
                    .isEqualTo(attribute(client, "messaging.message.id"));
        }
        assertThat(attribute(client, "messaging.operation.type")).isEqualTo("send");
        assertThat(attribute(server, "messaging.operation.type")).isEqualTo("process");
        assertThat(client.getAttributes().get(AttributeKey.longKey("messaging.message.body.size")))
                .isEqualTo(3);
        assertThat(server.getEndEpochNanos()).isLessThanOrEqualTo(client.getEndEpochNanos());
    }

    @Test
    void aRequestIsAClientSpanAndTheHandlersServerSpanIsItsChild() {
        aRequestIsTraced();
    }

    @Test
    void aRequestIsTracedOverSocketsJustTheSame() {
        transport = ZmqTransport.create();
        aRequestIsTraced();
    }

    @Test
    void whatAHandlerSendsAndWhatSpansItMakesAreChildrenOfItsServerSpan() {
        open("stock").reply(RESERVE, request -> request.payload());
        Peer orders = open("orders");
        var reserving = orders.requestor(RESERVE);
        orders.reply(PLACE, request -> {
            sdk.getTracer("test").spanBuilder("thinking").startSpan().end();
            return reserving.request(request.payload(), LIMIT);
        });
        assertThat(open("customer").requestor(PLACE).request("tea", LIMIT)).isEqualTo("tea");

        SpanData placing = span(SpanKind.SERVER, "process orders/place");
        SpanData reserve = span(SpanKind.CLIENT, "request stock/reserve");
        assertIsChild(placing, span(SpanKind.CLIENT, "request orders/place"));
        assertIsChild(span(SpanKind.INTERNAL, "thinking"), placing);
        assertIsChild(reserve, placing);
        assertIsChild(span(SpanKind.SERVER, "process stock/reserve"), reserve);
        assertThat(attribute(reserve, "messaging.message.conversation_id"))
                .isEqualTo(attribute(placing, "messaging.message.id"));
    }

    @Test
    void aServerSpanLastsUntilTheHandlersStageIsComplete() {
        var answer = new CompletableFuture<String>();
        open("orders").replyAsync(PLACE, request -> answer);
        var asked = open("customer").requestor(PLACE).requestAsync("tea", LIMIT);
        Await.until("the handler to have it", () -> answer.getNumberOfDependents() > 0);
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
        answer.complete("done");
        assertThat(asked).succeedsWithin(LIMIT).isEqualTo("done");
        assertIsChild(span(SpanKind.SERVER), span(SpanKind.CLIENT));
    }

    @Test
    void aHandlersFaultIsAnErrorAtBothEnds() {
        open("orders").reply(PLACE, request -> {
            throw new HandlerFault("sold-out", "no " + request.payload());
        });
        var placing = open("customer").requestor(PLACE);
        assertThatThrownBy(() -> placing.request("tea", LIMIT)).isInstanceOf(FaultedException.class);

        SpanData client = span(SpanKind.CLIENT);
        SpanData server = span(SpanKind.SERVER);
        assertThat(client.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(client.getStatus().getDescription()).contains("no tea");
        assertThat(attribute(client, "error.type")).isEqualTo("faulted");
        assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(server, "error.type")).isEqualTo("sold-out");
        assertThat(server.getEvents()).isEmpty();
    }

    @Test
    void whatAHandlerThrowsByMistakeIsInItsSpan() {
        open("orders").receive(SHIP, message -> {
            throw new IllegalStateException("no van");
        });
        open("customer").sender(SHIP).send("tea");

        SpanData consumer = span(SpanKind.CONSUMER);
        assertThat(consumer.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(consumer, "error.type")).isEqualTo(IllegalStateException.class.getName());
        assertThat(consumer.getEvents()).singleElement().satisfies(event -> assertThat(event.getName())
                .isEqualTo("exception"));
        assertThat(span(SpanKind.PRODUCER).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aRequestThatTimesOutIsAnError() {
        var answer = new CompletableFuture<String>();
        open("orders").replyAsync(PLACE, request -> answer);
        var placing = open("customer").requestor(PLACE);
        assertThatThrownBy(() -> placing.request("tea", Duration.ofMillis(500))).isInstanceOf(TimedOutException.class);
        SpanData client = span(SpanKind.CLIENT);
        assertThat(client.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(client, "error.type")).isEqualTo("timed_out");
        answer.complete("late");
    }

    @Test
    void aPeerIsTracedAsTheGuideSays() {
        OpenTelemetrySdk openTelemetry = sdk;
        // tag::tracing[]
        OpenTelemetryTracing tracing = OpenTelemetryTracing.of(openTelemetry);
        Peer customer = Peer.named("customer")
                .transport(transport)
                .discovery(discovery)
                .tracing(tracing)
                .open();
        // end::tracing[]
        peers.add(customer);
        open("orders").receive(SHIP, message -> {});
        customer.sender(SHIP).send("tea");
        assertIsChild(span(SpanKind.CONSUMER), span(SpanKind.PRODUCER));
    }

    @Test
    void aOneWayMessageIsAProducerSpanAndAConsumerSpan() {
        open("orders").receive(SHIP, message -> {});
        open("customer").sender(SHIP).send("tea");
        assertIsChild(span(SpanKind.CONSUMER, "process orders/ship"), span(SpanKind.PRODUCER, "send orders/ship"));
    }

    @Test
    void anEventIsAConsumerSpanForEachSubscription() throws InterruptedException {
        Peer orders = open("orders");
        var publishing = orders.publisher(NEWS);
        Peer customer = open("customer");
        for (Peer subscriber : List.of(customer, customer, open("auditor"))) {
            Subscription subscription = subscriber.subscribe(NEWS, event -> {});
            assertThat(subscription.awaitConnected(LIMIT)).isTrue();
        }
        publishing.publish("sale");

        SpanData producer = span(SpanKind.PRODUCER, "publish orders/news");
        List<SpanData> consumers = spans(SpanKind.CONSUMER, 3);
        consumers.forEach(consumer -> assertIsChild(consumer, producer));
        assertThat(consumers).extracting(SpanData::getSpanId).doesNotHaveDuplicates();
    }

    @Test
    void aSurveyIsAConsumerSpanForEachWhoResponds() throws Exception {
        Peer orders = open("orders");
        var surveying = orders.surveyor(OFFERS);
        for (String responder : List.of("north", "south")) {
            Subscription subscription = open(responder).respond(OFFERS, question -> responder);
            assertThat(subscription.awaitConnected(LIMIT)).isTrue();
        }
        assertThat(surveying.survey("tea", LIMIT, 2).await()).hasSize(2);

        SpanData producer = span(SpanKind.PRODUCER, "survey orders/offers");
        spans(SpanKind.CONSUMER, 2).forEach(consumer -> assertIsChild(consumer, producer));
    }

    @Test
    void whatIsNotSampledIsNotTracedAnywhere() {
        var traceparent = new CompletableFuture<String>();
        open("orders").reply(PLACE, request -> {
            traceparent.complete(request.headers().traceparent().orElse(""));
            return "done";
        });
        var placing = open("customer").requestor(PLACE);
        var unsampled = SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getDefault(),
                TraceState.getDefault());
        try (Scope current = Span.wrap(unsampled).makeCurrent()) {
            assertThat(current).isNotNull();
            assertThat(placing.request("tea", LIMIT)).isEqualTo("done");
        }
        assertThat(traceparent)
                .isCompletedWithValueMatching(text -> text.startsWith("00-0af7651916cd43dd8448eb211c80319c-"))
                .isCompletedWithValueMatching(text -> text.endsWith("-00"));
        assertThat(placing.request("mug", LIMIT)).as("which is traced").isEqualTo("done");
        assertThat(span(SpanKind.CLIENT).getTraceId()).isNotEqualTo(unsampled.getTraceId());
        assertThat(span(SpanKind.SERVER).getTraceId()).isNotEqualTo(unsampled.getTraceId());
    }

    @Test
    void aContextThatAMessageBringsFromOutsideIsItsParent() {
        open("orders").receive(SHIP, message -> {});
        open("customer")
                .sender(SHIP)
                .send(new Document<>(
                        Headers.builder()
                                .traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                                .build(),
                        "tea"));
        assertThat(span(SpanKind.PRODUCER).getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertIsChild(span(SpanKind.CONSUMER), span(SpanKind.PRODUCER));
    }

    @Test
    void aMalformedContextFromAPeerWithoutTracingBeginsATraceAnew() {
        open("orders").receive(SHIP, message -> {});
        Peer stranger =
                Peer.named("stranger").transport(transport).discovery(discovery).open();
        peers.add(stranger);
        List<String> malformed = List.of(
                "?", "00-0-0-01", "x".repeat(255), "00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-€");
        for (String traceparent : malformed) {
            stranger.sender(SHIP)
                    .send(new Document<>(
                            Headers.builder()
                                    .traceparent(traceparent)
                                    .tracestate("=,=" + "y".repeat(500))
                                    .build(),
                            "tea"));
        }
        assertThat(spans(SpanKind.CONSUMER, malformed.size()))
                .allSatisfy(span ->
                        assertThat(span.getParentSpanContext().isValid()).isFalse())
                .extracting(SpanData::getTraceId)
                .doesNotHaveDuplicates();
    }
}
