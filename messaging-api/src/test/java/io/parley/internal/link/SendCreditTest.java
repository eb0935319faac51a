package io.parley.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.internal.wire.Control;
import io.parley.internal.wire.Control.LinkLimits;
import org.junit.jupiter.api.Test;

class SendCreditTest {

    private static final int MAX_FRAME = 1_000_000;

    private final SendCredit credit = new SendCredit();

    @Test
    void messagesAreCoveredUpToTheGrant() {
        credit.open(new LinkLimits(MAX_FRAME, 1, 1000), false);
        assertThat(credit.coversMessage()).isTrue();
        assertThat(credit.take(600)).isTrue();
        credit.takeMessage();
        assertThat(credit.coversMessage()).isFalse();
        assertThat(credit.take(401)).isFalse();
        assertThat(credit.take(400)).isTrue();
        credit.onGrant(new Control.Credit(2, 1000));
        assertThat(credit.coversMessage()).isTrue();
    }

    @Test
    void largeMessageLeavesAPartOfTheCreditToSmallOnes() {
        credit.open(new LinkLimits(MAX_FRAME, 10, 64_000), false);
        assertThat(credit.take(63_001)).isFalse();
        assertThat(credit.take(63_000)).isTrue();
        assertThat(credit.take(1000)).isTrue();
    }

    @Test
    void otherSideIsAskedOnceForWhatIsLacking() {
        credit.open(new LinkLimits(MAX_FRAME, 10, 1000), true);
        assertThat(credit.take(1500)).isFalse();
        assertThat(credit.question()).isEqualTo(new Control.CreditWanted(1500));
        assertThat(credit.question()).isNull();
        assertThat(credit.isGrantTooSmall()).isTrue();
        credit.onGrant(new Control.Credit(10, 1500));
        assertThat(credit.isGrantTooSmall()).isFalse();
        assertThat(credit.take(1500)).isTrue();
    }

    @Test
    void otherSideThatCannotBeAskedIsNotAsked() {
        credit.open(new LinkLimits(MAX_FRAME, 10, 1000), false);
        assertThat(credit.take(1500)).isFalse();
        assertThat(credit.question()).isNull();
        assertThat(credit.isGrantTooSmall()).isFalse();
    }

    @Test
    void grantThatFallsIsTold() {
        credit.open(new LinkLimits(MAX_FRAME, 10, 1000), false);
        assertThat(credit.isBelowGrant(new Control.Credit(9, 2000))).isTrue();
        assertThat(credit.isBelowGrant(new Control.Credit(11, 999))).isTrue();
        assertThat(credit.isBelowGrant(new Control.Credit(10, 1000))).isFalse();
    }
}
