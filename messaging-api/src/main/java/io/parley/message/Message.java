package io.parley.message;

import java.util.Objects;

/**
 * What travels on a channel: headers and a payload, in one of three forms. A {@link Document} is plain data, a
 * {@link Command} asks for something to be done, an {@link Event} tells of something that happened.
 *
 * <p>The factory methods make messages to send. Their headers may be left empty; the peer completes them.
 *
 * <p>Immutable, as far as the payload is.
 *
 * @param <T> the payload
 */
public sealed interface Message<T> permits Document, Command, Event {

    Headers headers();

    T payload();

    /** The same message with other headers. */
    Message<T> withHeaders(Headers headers);

    static <T> Document<T> document(T payload) {
        return new Document<>(Headers.none(), payload);
    }

    /** A command to carry out {@code operation} with {@code arguments}. */
    static <T> Command<T> command(String operation, T arguments) {
        return new Command<>(Headers.none(), operation, arguments);
    }

    /**
     * The event that {@code name} happened to {@code aggregate}.
     *
     * @param name also the subject that subscribers filter by, such as {@code order.created}
     */
    static <T> Event<T> event(String name, Aggregate aggregate, T payload) {
        return new Event<>(Headers.none(), name, aggregate, payload);
    }

    /** The event that {@code name} happened, to nothing in particular. */
    static <T> Event<T> event(String name, T payload) {
        return new Event<>(Headers.none(), name, Aggregate.NONE, payload);
    }

    /**
     * The thing that an event is about.
     *
     * @param type such as {@code order}; empty for none
     * @param id such as {@code 42}; empty for none
     */
    record Aggregate(String type, String id) {

        public static final Aggregate NONE = new Aggregate("", "");

        public Aggregate {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(id, "id");
        }

        public static Aggregate of(String type, String id) {
            return new Aggregate(type, id);
        }
    }
}
