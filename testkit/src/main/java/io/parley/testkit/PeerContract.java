package io.parley.testkit;

/**
 * The contract of peers over any transport, in all styles, in real time. A transport's test implements this interface and supplies
 * {@link #transport()}; each test method then runs over the transport. A second test extends {@link TransportContract}.
 */
public interface PeerContract
        extends PeerMessagingContract,
                PeerPublishingContract,
                PeerRefusalContract,
                HandlerFailureContract,
                PeerWaitingContract,
                PeerClosingContract,
                PeerChoiceContract,
                MessageSizeContract {}
