package io.parley.benchmarks.worker;

/**
 * What a contender gives the process that initiates. One that has no such style leaves the method as it is. Confined to the
 * initiating thread; in {@code beside} another one sends.
 */
abstract class Link {

    /** Makes itself reachable, if the other process connects to this one, and answers how. */
    String open() throws Exception {
        return "-";
    }

    /** Returns once messages can go. */
    abstract void connect(String address) throws Exception;

    /** Asks, and waits for the answer; in {@code beside}, while another thread sends. */
    byte[] ask(byte[] question) throws Exception {
        throw lacking("blocking requests");
    }

    /** Asks, and tells {@code then} of the answer or the failure, on whichever thread. */
    void ask(byte[] question, Answered<byte[]> then) throws Exception {
        throw lacking("requests without waiting");
    }

    /** The same with records. Unless it has something of its own for them, the way one would add Jackson by hand. */
    void ask(Order order, Answered<Receipt> then) throws Exception {
        ask(Json.write(order), new Answered<>() {
            @Override
            public void onAnswer(byte[] answer) {
                then.onAnswer(Json.read(answer, Receipt.class));
            }

            @Override
            public void onFailure(Throwable cause) {
                then.onFailure(cause);
            }
        });
    }

    /** Sends, and waits where there is no room. */
    void send(byte[] payload) throws Exception {
        throw lacking("one-way messages");
    }

    /** Publishes, and waits where there is no room. */
    void publish(byte[] event) throws Exception {
        throw lacking("events");
    }

    /** Lets nothing lie that was sent. */
    void flush() throws Exception {}

    /** Lets go of everything. */
    abstract void close();

    private UnsupportedOperationException lacking(String style) {
        return new UnsupportedOperationException(getClass().getSimpleName() + " has no " + style);
    }
}
