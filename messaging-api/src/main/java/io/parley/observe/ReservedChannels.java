package io.parley.observe;

import io.parley.channel.ChannelName;
import io.parley.channel.PointToPointChannel;
import io.parley.channel.PublishSubscribeChannel;
import io.parley.channel.RequestChannel;

/**
 * The channels by which every peer can be observed. It serves them by itself: they are not announced, count as no traffic, are not
 * observed in turn, and no application can serve them. What goes over them is JSON. Stateless.
 */
public final class ReservedChannels {

    private static final String FLOWS = ChannelName.RESERVED + "flows";
    private static final String EXPLAIN = ChannelName.RESERVED + "explain";
    private static final String STATE = ChannelName.RESERVED + "state";

    private ReservedChannels() {}

    /** What flows through each instance of {@code service}, in batches; made only while somebody subscribes. */
    public static PublishSubscribeChannel<byte[]> flows(String service) {
        return PublishSubscribeChannel.of(service + '/' + FLOWS, byte[].class);
    }

    /** Asks an instance for all that it recorded of one message or conversation. */
    public static RequestChannel<Explain, byte[]> explain(String service) {
        return PointToPointChannel.of(service + '/' + EXPLAIN, Explain.class).withReply(byte[].class);
    }

    /** Asks an instance how it is. Of the question nothing is read. */
    public static RequestChannel<byte[], byte[]> state(String service) {
        return PointToPointChannel.of(service + '/' + STATE, byte[].class).withReply(byte[].class);
    }

    /**
     * What to explain. Immutable.
     *
     * @param id a message id, or a conversation's correlation id
     */
    public record Explain(String id) {}
}
