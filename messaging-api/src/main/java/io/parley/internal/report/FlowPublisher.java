package io.parley.internal.report;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.failure.NotSentException;
import io.parley.internal.convert.JsonBytes;
import io.parley.internal.pubsub.PublishBuffer;
import io.parley.internal.pubsub.PublishedChannel;
import io.parley.internal.recorder.JsonText;
import io.parley.internal.runtime.PeerContext;
import io.parley.internal.wire.EnvelopeKind;
import io.parley.internal.wire.SharedFields;
import io.parley.internal.wire.Topics;
import io.parley.internal.wire.WireMessage;
import io.parley.observe.FlowEvent;
import io.parley.observe.ReservedChannels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Publishes what the flight recorder has recorded, in batches, while somebody subscribes to that; otherwise it does nothing at all. Of
 * what would be too much it takes a sample of the messages, and counts what it leaves out. Thread-safe.
 */
public final class FlowPublisher {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    /** Of one interval. Steps that tell of trouble come on top, as many again. */
    private static final int MOST_STEPS = 250;

    /** What a batch may take of what any peer can publish. */
    private static final int BATCH_BYTES = 32 * 1024;

    private final PeerContext core;
    private final PublishBuffer publications;
    private final ChannelName name;
    private final byte[] topic;
    private final SharedFields head;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** Subscriptions, as far as they differ in what they ask for. Changes in the I/O context only. */
    private volatile int wanted;

    /** The next step to publish. Guarded by this object, as is the next field. */
    private long position;

    private long leftOut;

    public FlowPublisher(PeerContext core, PublishBuffer publications) {
        this.core = core;
        this.publications = publications;
        name = ReservedChannels.flows(core.name.service()).name();
        topic = Topics.subscription(name.toString(), "");
        head = SharedFields.of(EnvelopeKind.EVENT).on(name.toString()).of("Flows", JsonBytes.CONTENT_TYPE);
    }

    /** Called in the I/O context. */
    public void onSubscribed(byte[] prefix) {
        if (isOurs(prefix) && !core.flows.recorder.isOff() && wanted++ == 0) {
            synchronized (this) {
                position = core.flows.recorder.next();
            }
            schedule();
        }
    }

    /** Called in the I/O context. */
    public void onUnsubscribed(byte[] prefix) {
        if (isOurs(prefix) && wanted > 0) {
            wanted--;
        }
    }

    private boolean isOurs(byte[] prefix) {
        return prefix.length >= topic.length
                && java.util.Arrays.equals(prefix, 0, topic.length, topic, 0, topic.length);
    }

    private void schedule() {
        if (wanted > 0 && !core.isFinished() && scheduled.compareAndSet(false, true)) {
            core.time.schedule(INTERVAL, () -> core.runCallback(this::onInterval));
        }
    }

    private void onInterval() {
        scheduled.set(false);
        if (wanted == 0 || core.isFinished()) {
            return;
        }
        core.callbacks.run("flows", "What flows could not be published", this::publish);
        schedule();
    }

    private synchronized void publish() {
        List<FlowEvent> flows = gather();
        while (!flows.isEmpty()) {
            int written = publishBatch(flows);
            flows = flows.subList(written, flows.size());
        }
    }

    /** What has been recorded since the last time, or a sample of it. */
    private List<FlowEvent> gather() {
        var recorder = core.flows.recorder;
        long end = recorder.next();
        leftOut += Math.max(0, recorder.oldest() - position);
        var flows = new ArrayList<FlowEvent>();
        recorder.read(position, end, core.time.wallClock(), core.flows.now(), (flow, number) -> flows.add(flow));
        position = end;
        if (flows.size() <= MOST_STEPS) {
            return flows;
        }
        int level = 0;
        while (recorder.sample(flows, level).size() > MOST_STEPS) {
            level++;
        }
        List<FlowEvent> sample = recorder.sample(flows, level);
        sample.addAll(flows.stream()
                .filter(flow -> flow.step().isTrouble())
                .limit(MOST_STEPS)
                .toList());
        sample.sort(java.util.Comparator.comparingLong(FlowEvent::nanoTime));
        leftOut += flows.size() - sample.size();
        return sample;
    }

    /** Publishes as many as one batch takes; answers how many. */
    private int publishBatch(List<FlowEvent> flows) {
        JsonText out = core.flows
                .beginAnswer(core.incarnation)
                .field("leftOut", leftOut + core.flows.recorder.leftOut())
                .name("flows")
                .beginArray();
        int written = 0;
        while (written < flows.size() && (written == 0 || out.length() < BATCH_BYTES)) {
            core.flows.write(out, flows.get(written++));
        }
        out.endArray().endObject();
        try {
            PublishedChannel channel = publications.channel(name, InteractionStyle.PUBLISH);
            publications.publish(channel, new WireMessage(head, core.nextId()).payload(out.toBytes()));
        } catch (NotSentException e) {
            leftOut += written;
        }
        return written;
    }
}
