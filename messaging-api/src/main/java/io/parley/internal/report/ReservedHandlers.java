package io.parley.internal.report;

import io.parley.channel.PointToPointChannel;
import io.parley.codec.CodecException;
import io.parley.codec.jackson.JacksonCodec;
import io.parley.failure.HandlerFault;
import io.parley.internal.dispatch.Handlers;
import io.parley.internal.recorder.JsonText;
import io.parley.internal.runtime.PeerContext;
import io.parley.message.Message;
import io.parley.message.MessageId;
import io.parley.observe.FlowEvent;
import io.parley.observe.MessageFlow;
import io.parley.observe.PeerFlow;
import io.parley.observe.ReservedChannels;
import io.parley.observe.ReservedChannels.Explain;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers on the reserved channels: what this peer has recorded of a message, and how it is. Thread-safe. */
public final class ReservedHandlers {

    /** What an explanation may take. */
    private static final int MOST_BYTES = 1024 * 1024;

    private final PeerContext core;
    private final StateReport state;
    private final JacksonCodec json = JacksonCodec.create();

    public ReservedHandlers(PeerContext core, StateReport state) {
        this.core = core;
        this.state = state;
    }

    /** Begins to answer. */
    public void serve(Handlers handlers) {
        String service = core.name.service();
        handlers.serve(
                PointToPointChannel.of(ReservedChannels.explain(service).name().toString(), byte[].class)
                        .withReply(byte[].class),
                this::explain);
        handlers.serve(ReservedChannels.state(service), question -> state());
    }

    private CompletionStage<byte[]> state() {
        var gathered = new CompletableFuture<StateReport.Gathered>();
        core.port().execute(() -> gathered.complete(state.gather()));
        return gathered.thenApplyAsync(state::write, core.answers);
    }

    private CompletionStage<byte[]> explain(Message<byte[]> question) {
        Explain asked;
        try {
            byte[] payload = question.payload();
            asked = json.decode(payload, 0, payload.length, Explain.class);
        } catch (CodecException e) {
            throw new HandlerFault("no-question", "Not what can be explained: " + e.getMessage());
        }
        if (asked == null || asked.id() == null || asked.id().isEmpty()) {
            throw new HandlerFault("no-question", "Name the message or the conversation to explain: {\"id\": …}");
        }
        return CompletableFuture.completedFuture(explain(asked.id()));
    }

    private byte[] explain(String id) {
        int most = Math.min(MOST_BYTES, core.config.limits().maxMessageBytes() / 2);
        var flows = new JsonText();
        boolean[] isCut = {false};
        // A late reply does not say to which conversation it belongs, only to which question.
        Set<MessageId> ofConversation = new HashSet<>();
        core.flows.recorder.read(0, Long.MAX_VALUE, core.time.wallClock(), core.flows.now(), (flow, number) -> {
            if (flow instanceof MessageFlow message && message.correlationId().equals(id)) {
                ofConversation.add(message.id());
            }
            if (isAbout(flow, id) || flow instanceof MessageFlow message && ofConversation.contains(message.id())) {
                isCut[0] |= flows.length() >= most;
                if (!isCut[0]) {
                    core.flows.write(flows, flow);
                }
            }
        });
        return core.flows
                .beginAnswer(core.incarnation)
                .name("recorder")
                .raw(core.flows.describeRecorder())
                .field("isCut", isCut[0])
                .name("flows")
                .raw('[' + flows.toString() + ']')
                .endObject()
                .toBytes();
    }

    private static boolean isAbout(FlowEvent event, String id) {
        if (event instanceof MessageFlow flow) {
            return flow.correlationId().equals(id)
                    || flow.id().toString().equals(id)
                    || flow.causationId() != null
                            && flow.causationId().toString().equals(id);
        }
        return event instanceof PeerFlow peer && peer.other().equals(id);
    }
}
