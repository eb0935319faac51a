package io.parley.benchmarks.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadKindsTest {

    @Test
    void neitherNumbersNorThePeersNameMatter() {
        assertThat(ThreadKinds.of("parley-io-hub-99e6")).isEqualTo("parley-io");
        assertThat(ThreadKinds.of("parley-handlers-leaf-7c01-12")).isEqualTo("parley-handlers");
        assertThat(ThreadKinds.of("parley-timers")).isEqualTo("parley-timers");
    }

    @Test
    void threadsOfZeroMqAreToldApart() {
        assertThat(ThreadKinds.of("parley-zmq-hub-99e6-iothread-2")).isEqualTo("zmq-iothread");
        assertThat(ThreadKinds.of("parley-zmq-hub-99e6-reaper-1")).isEqualTo("zmq-reaper");
    }

    @Test
    void whatIsNotOursIsAmongTheOthers() {
        assertThat(ThreadKinds.of("main")).isEqualTo(ThreadKinds.OTHERS);
        assertThat(ThreadKinds.of("Common-Cleaner")).isEqualTo(ThreadKinds.OTHERS);
    }
}
