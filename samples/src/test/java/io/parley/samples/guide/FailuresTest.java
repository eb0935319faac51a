package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.DeadLetter;
import io.parley.Peer;
import io.parley.Requestor;
import io.parley.Sender;
import io.parley.codec.Codec;
import io.parley.codec.jackson.JacksonCodec;
import io.parley.failure.FaultCode;
import io.parley.failure.FaultedException;
import io.parley.failure.HandlerFault;
import io.parley.failure.MessagingException;
import io.parley.failure.NotSentException;
import io.parley.failure.Outcome;
import io.parley.failure.RefusedException;
import io.parley.samples.guide.Shop.OrderPlaced;
import io.parley.samples.guide.Shop.PlaceOrder;
import io.parley.samples.guide.Shop.ShipOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Failures, and what to make of them. */
class FailuresTest {

    private final InMemoryMesh mesh = new InMemoryMesh();

    @AfterEach
    void closeMesh() {
        mesh.close();
    }

    @Test
    void theOutcomeTellsWhetherToRetry() {
        Requestor<PlaceOrder, OrderPlaced> placing = mesh.open("customer").requestor(Shop.PLACE);
        PlaceOrder order = new PlaceOrder("42", "alice", "teapot", 1);
        assertThat(placeAndSay(placing, order)).startsWith("Later: ");
        Peer orders = mesh.open("orders");
        orders.reply(Shop.PLACE, request -> {
            // tag::fault[]
            throw new HandlerFault(
                    "unknown-product", "We do not sell " + request.payload().product());
            // end::fault[]
        });
        assertThat(placeAndSay(placing, order)).isEqualTo("No: unknown-product, We do not sell teapot");
    }

    private static String placeAndSay(Requestor<PlaceOrder, OrderPlaced> placing, PlaceOrder order) {
        // tag::outcome[]
        try {
            return "Placed for " + placing.request(order).total();
        } catch (FaultedException e) {
            return "No: " + e.code() + ", " + e.getMessage(); // what the handler threw, by its code
        } catch (MessagingException e) {
            return switch (e.outcome()) {
                case NOT_SENT, REFUSED -> "Later: " + e.getMessage(); // nothing has happened
                case FAULTED, UNKNOWN -> "Perhaps: " + e.getMessage(); // may have happened: ask before you repeat
                case INTERRUPTED -> throw e; // somebody wants this thread to end
            };
        }
        // end::outcome[]
    }

    @Test
    void whatIsIdempotentMayBeTriedAgain() {
        Peer customer = mesh.open("customer");
        Peer orders = mesh.open("orders");
        orders.reply(Shop.PLACE, request -> new OrderPlaced(request.payload().id(), 7));
        var retrying = new Retrying(customer.requestor(Shop.PLACE));
        assertThat(retrying.place(new PlaceOrder("42", "alice", "teapot", 1)).total())
                .isEqualTo(7);
    }

    /** Places orders, more than once if need be. */
    record Retrying(Requestor<PlaceOrder, OrderPlaced> placing) {

        // tag::retry[]
        /** Placing an order twice under one id is the same as once, so what may have happened can be tried again too. */
        OrderPlaced place(PlaceOrder order) {
            for (int attempt = 1; ; attempt++) {
                try {
                    return placing.request(order);
                } catch (MessagingException e) {
                    if (attempt == 3 || !mayRetry(e)) {
                        throw e;
                    }
                }
            }
        }

        private static boolean mayRetry(MessagingException failure) {
            if (failure instanceof RefusedException refused) {
                return refused.code() == FaultCode.BUSY || refused.code() == FaultCode.GOING_AWAY;
            }
            return failure.outcome() == Outcome.NOT_SENT || failure.outcome() == Outcome.UNKNOWN;
        }
        // end::retry[]
    }

    @Test
    void whatNobodyWaitsForBecomesADeadLetter() throws InterruptedException {
        BlockingQueue<DeadLetter> shelf = new LinkedBlockingQueue<>();
        Peer orders = mesh.open("orders");
        // tag::deadletter[]
        Peer warehouse = mesh.builder("warehouse")
                .onDeadLetter(letter -> shelf.add(letter))
                .onError((what, cause) -> System.getLogger("shop").log(System.Logger.Level.WARNING, what, cause))
                .open();
        warehouse.receive(Shop.SHIP, command -> {
            throw new IllegalStateException("no boxes left");
        });
        // end::deadletter[]
        mesh.keep(warehouse);
        orders.sender(Shop.SHIP).send(new ShipOrder("42", "teapot", 1));
        DeadLetter letter = shelf.poll(10, TimeUnit.SECONDS);
        assertThat(letter).isNotNull();
        assertThat(letter.channel()).isEqualTo(Shop.SHIP.name());
        assertThat(letter.cause()).hasMessage("no boxes left");
        assertThat(letter.payload()).isNotEmpty();
        assertThat(warehouse.counters().deadLetters()).isEqualTo(1);
    }

    @Test
    void aRefusedOneWayMessageIsADeadLetterOfItsSender() throws InterruptedException {
        BlockingQueue<DeadLetter> shelf = new LinkedBlockingQueue<>();
        mesh.open("warehouse");
        Peer orders = mesh.keep(mesh.builder("orders").onDeadLetter(shelf::add).open());
        orders.sender(Shop.SHIP).send(new ShipOrder("42", "teapot", 1));
        DeadLetter letter = shelf.poll(10, TimeUnit.SECONDS);
        assertThat(letter).isNotNull();
        assertThat(new String(letter.payload(), StandardCharsets.UTF_8)).contains("\"order\":\"42\"");
        assertThat(letter.cause()).isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.code())
                .isEqualTo(FaultCode.UNKNOWN_CHANNEL));
    }

    @Test
    void whatWasNotBegunIsSentAgain() throws InterruptedException {
        BlockingQueue<DeadLetter> shelf = new LinkedBlockingQueue<>();
        Peer warehouse = mesh.open("warehouse");
        Peer orders = mesh.keep(mesh.builder("orders").onDeadLetter(shelf::add).open());
        Sender<ShipOrder> shipping = orders.sender(Shop.SHIP);
        var order = new ShipOrder("42", "teapot", 1);
        shipping.send(order);
        DeadLetter letter = shelf.poll(10, TimeUnit.SECONDS);
        assertThat(letter).isNotNull();
        shelf.add(letter);
        BlockingQueue<ShipOrder> shipped = new LinkedBlockingQueue<>();
        warehouse.receive(Shop.SHIP, command -> shipped.add(command.payload()));
        new SendingAgain(shelf, shipping).sendAgain();
        assertThat(shipped.poll(10, TimeUnit.SECONDS)).isEqualTo(order);
    }

    /** Sends dead letters again. */
    record SendingAgain(BlockingQueue<DeadLetter> shelf, Sender<ShipOrder> shipping) {

        private static final Codec JSON = JacksonCodec.create();

        // tag::again[]
        /** Called every few seconds, in a thread that may block. {@code shelf} is what onDeadLetter adds to. */
        void sendAgain() {
            var letters = new ArrayList<DeadLetter>();
            shelf.drainTo(letters);
            for (DeadLetter letter : letters) {
                boolean isNotBegun = letter.outcome() == Outcome.NOT_SENT || letter.outcome() == Outcome.REFUSED;
                byte[] payload = letter.payload();
                if (!isNotBegun || !letter.channel().equals(Shop.SHIP.name()) || payload.length == 0) {
                    putAside(letter); // for somebody to look at
                    continue;
                }
                try {
                    shipping.send(JSON.decode(payload, 0, payload.length, ShipOrder.class));
                } catch (NotSentException e) {
                    shelf.add(letter); // until the next time
                }
            }
        }
        // end::again[]

        private static void putAside(DeadLetter letter) {
            throw new AssertionError(letter);
        }
    }

    @Test
    void otherExceptionsOfHandlersTravelAsAMessageOnly() {
        mesh.open("orders").reply(Shop.PLACE, request -> {
            throw new IllegalStateException("out of ink");
        });
        Requestor<PlaceOrder, OrderPlaced> placing = mesh.open("customer").requestor(Shop.PLACE);
        assertThatThrownBy(() -> placing.request(new PlaceOrder("1", "a", "mug", 1)))
                .isInstanceOfSatisfying(FaultedException.class, fault -> assertThat(fault.code())
                        .isEqualTo("handler-failed"))
                .hasMessage("out of ink");
    }
}
