package io.parley.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control;
import io.parley.transport.Port;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class WelcomeInfoTest {

    /** Tells what it was asked for as the address. */
    private final Port port = (Port) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Port.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("addressOnSameHost");
                return String.join(" sees ", List.of((String) arguments[0], (String) arguments[1]));
            });

    @Test
    void publishAddressIsTheOneThatTheTransportFindsOnTheHostThatWasDialled() {
        var welcome = new Control.Welcome(
                1, new Control.PeerId(7, "orders", "orders-1"), new Control.LinkLimits(4096, 1, 4096), "told");
        assertThat(WelcomeInfo.of(welcome, "dialled", port))
                .isEqualTo(new WelcomeInfo(7, "orders-1", "dialled sees told"));
    }
}
