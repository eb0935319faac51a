package io.parley.console.observe;

import io.parley.console.flow.Flow;
import io.parley.observe.FlowStep;
import java.util.Collection;

/** Which steps of one message cannot have been taken before which others, whatever the clocks say. Immutable. */
final class Causes {

    /** Empty if none of its steps is known. */
    private final String sender;

    /** @param steps all that are known of the message */
    Causes(Collection<Flow> steps) {
        sender = steps.stream()
                .filter(step -> step.peer().equals(step.from()))
                .map(Flow::peer)
                .findFirst()
                .orElse("");
    }

    /** Whether {@code later} would not have come about without {@code earlier}. */
    boolean isNeeded(Flow earlier, Flow later) {
        return isArrival(earlier, later) || isAnswer(earlier, later);
    }

    /** Nobody has a message in hand that was not sent: by its sender, or to this receiver by whoever passed it on. */
    private boolean isArrival(Flow earlier, Flow later) {
        if (earlier.step() != FlowStep.SENT || !isOfReceiver(later)) {
            return false;
        }
        boolean isFirst = earlier.peer().equals(earlier.from()) && earlier.attempt() <= 1;
        boolean isToReceiver =
                earlier.to().equals(later.peer()) && !earlier.peer().equals(later.peer());
        return isFirst || isToReceiver;
    }

    private boolean isOfReceiver(Flow flow) {
        return switch (flow.step()) {
            case RECEIVED, BEGUN, HANDLED, REPLIED -> true;
            default -> !flow.peer().equals(flow.from()) && !flow.peer().equals(sender);
        };
    }

    /** Nobody has an answer that was not given: by the one it is from, if several were asked. */
    private boolean isAnswer(Flow earlier, Flow later) {
        if (!isOfAsker(later) || !earlier.peer().equals(other(later))) {
            return false;
        }
        // Where a peer asks itself, its clock tells; only that a reply left is recorded after it did.
        boolean isElsewhere = !earlier.peer().equals(later.peer());
        return switch (later.step()) {
            case ANSWERED -> earlier.step() == FlowStep.REPLIED || isElsewhere && earlier.step() == FlowStep.ANSWERED;
            case FAULTED -> isElsewhere && (earlier.step() == FlowStep.FAULTED || earlier.step() == FlowStep.REPLIED);
            case REFUSED -> isElsewhere && (earlier.step() == FlowStep.RECEIVED || earlier.step() == FlowStep.REFUSED);
            case DROPPED -> isElsewhere && isOfAnswer(later) && earlier.step() == FlowStep.REPLIED;
            default -> false;
        };
    }

    /** Whoever asks is the sender, or passes on what another asks. */
    private boolean isOfAsker(Flow flow) {
        return flow.peer().equals(flow.from())
                || flow.peer().equals(sender)
                || !flow.peer().equals(flow.to());
    }

    /** Of a late reply it is told who sent that, not who sent the question. */
    private static String other(Flow flow) {
        return flow.peer().equals(flow.to()) ? flow.from() : flow.to();
    }

    /** What the asker of a request drops may be the request, if it gave that up. */
    private static boolean isOfAnswer(Flow dropped) {
        return dropped.style().equals("survey") || !dropped.peer().equals(dropped.from());
    }
}
