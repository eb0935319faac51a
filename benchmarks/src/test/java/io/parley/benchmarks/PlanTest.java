package io.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final Row EVENTS = new Row(Workload.PUBLISH, 4, 64);
    private static final Row ONE_WAY = new Row(Workload.ONE_WAY, 1, 64);

    @Test
    void eachRoundBeginsWithAnotherContender() {
        Plan plan = plan(List.of(ONE_WAY), Contender.RAW_JEROMQ, Contender.PARLEY, Contender.GRPC);

        assertThat(plan.round(0))
                .extracting(Case::contender)
                .containsExactly(Contender.RAW_JEROMQ, Contender.PARLEY, Contender.GRPC);
        assertThat(plan.round(1))
                .extracting(Case::contender)
                .containsExactly(Contender.PARLEY, Contender.GRPC, Contender.RAW_JEROMQ);
        assertThat(plan.round(3)).isEqualTo(plan.round(0));
    }

    @Test
    void aContenderWithoutTheStyleIsLeftOutOfItsRow() {
        Plan plan = plan(List.of(EVENTS, ONE_WAY), Contender.PARLEY, Contender.GRPC);

        assertThat(plan.round(1))
                .containsExactly(
                        new Case(Contender.PARLEY, EVENTS),
                        new Case(Contender.GRPC, ONE_WAY),
                        new Case(Contender.PARLEY, ONE_WAY));
    }

    @Test
    void theYardstickIsRawJeromqOrElseTheFirstThatIsNotParley() {
        assertThat(plan(List.of(ONE_WAY), Contender.GRPC, Contender.RAW_JEROMQ, Contender.PARLEY)
                        .yardstick())
                .isEqualTo(Contender.RAW_JEROMQ);
        assertThat(plan(List.of(ONE_WAY), Contender.PARLEY, Contender.GRPC, Contender.RSOCKET)
                        .yardstick())
                .isEqualTo(Contender.GRPC);
        assertThat(plan(List.of(ONE_WAY), Contender.PARLEY, Contender.PARLEY_INLINE)
                        .yardstick())
                .isEqualTo(Contender.PARLEY);
    }

    @Test
    void largePayloadsGetALargerHeapUnlessTheArgumentsAreGiven() {
        Case large = new Case(Contender.PARLEY, new Row(Workload.TRANSFER, 1, 1 << 20));
        Plan plan = plan(List.of(ONE_WAY), Contender.PARLEY);
        var given = new Plan(plan.rows(), plan.contenders(), 1, null, plan.measured(), List.of("-Xmx1g"));

        assertThat(plan.jvmArguments(new Case(Contender.PARLEY, ONE_WAY), 17)).containsExactly("-Xms512m", "-Xmx512m");
        assertThat(plan.jvmArguments(large, 17)).containsExactly("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");
        assertThat(given.jvmArguments(large, 17)).containsExactly("-Xmx1g");
    }

    @Test
    void whatNewerJvmsWarnAboutIsAllowedToThoseWhoDoIt() {
        String unsafe = "--sun-misc-unsafe-memory-access=allow";
        Plan plan = plan(List.of(ONE_WAY), Contender.GRPC, Contender.PARLEY);

        assertThat(plan.jvmArguments(new Case(Contender.GRPC, ONE_WAY), 25)).contains(unsafe);
        assertThat(plan.jvmArguments(new Case(Contender.GRPC, ONE_WAY), 17)).doesNotContain(unsafe);
        assertThat(plan.jvmArguments(new Case(Contender.PARLEY, ONE_WAY), 25)).doesNotContain(unsafe);
    }

    private static Plan plan(List<Row> rows, Contender... contenders) {
        return new Plan(rows, List.of(contenders), 2, null, Duration.ofSeconds(3), List.of());
    }
}
