package io.parley.samples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.discovery.memory.InMemoryDiscovery;
import io.parley.samples.shop.Shop.Quote;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryTransport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A customer, and suppliers that have only just started. */
class CustomerTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final InMemoryDiscovery discovery = InMemoryDiscovery.create();
    private final InMemoryTransport transport = InMemoryTransport.create();

    private Peer open(String service) {
        return Peer.named(service).transport(transport).discovery(discovery).open();
    }

    @Test
    void theFirstAnswerOfASupplierIsInTimeThoughTheNextQuestionIsThereBefore() throws InterruptedException {
        try (Peer shop = open(Customer.SERVICE);
                Peer supplier = open("supplier")) {
            var questions = new CountDownLatch(2);
            supplier.respond(Shop.QUOTES, question -> {
                questions.countDown();
                questions.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
                return new Quote("slow", question.payload().product(), 1, 1);
            });

            assertThat(new Customer(shop).awaitSuppliers(1, LIMIT)).isTrue();

            Await.until(() -> "both answers", LIMIT, () -> shop.counters().received() >= 2);
            assertThat(shop.counters().lateResponses()).isZero();
            assertThat(shop.counters().unclaimedReplies()).isZero();
        }
    }

    @Test
    void suppliersThatAreNotThereAreNotWaitedForLongerThanTheLimit() throws InterruptedException {
        try (Peer shop = open(Customer.SERVICE)) {
            assertThat(new Customer(shop).awaitSuppliers(1, Duration.ofMillis(1)))
                    .isFalse();
        }
    }
}
