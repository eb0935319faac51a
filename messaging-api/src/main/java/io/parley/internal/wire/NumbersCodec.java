package io.parley.internal.wire;

import io.parley.internal.wire.Control.LastNumber;
import io.parley.internal.wire.Control.Numbers;
import io.parley.internal.wire.Control.PeerId;
import java.util.ArrayList;
import java.util.Collections;

/** Bodies of NUMBERS. Stateless. */
final class NumbersCodec {

    private static final int MORE = 1;
    private static final int VIA = 2;
    private static final int FIRST = 4;

    private NumbersCodec() {}

    static WireWriter write(Numbers numbers, WireWriter out) {
        PeerIdCodec.write(numbers.speaker(), out);
        out.text8(numbers.channel());
        out.u8((numbers.more() ? MORE : 0) | (numbers.via() ? VIA : 0) | (numbers.first() ? FIRST : 0));
        out.u64(numbers.from());
        out.u64(numbers.upTo());
        for (LastNumber each : numbers.last()) {
            out.text8(each.subject());
            out.u64(each.number());
        }
        return out;
    }

    static Numbers read(WireReader in) throws MalformedFrameException {
        PeerId speaker = PeerIdCodec.read(in);
        String channel = in.text8("channel-name");
        int flags = in.u8("flags");
        long from = in.count("from");
        long upTo = in.count("up-to");
        if (flags > (MORE | VIA | FIRST) || upTo < from) {
            throw new MalformedFrameException("numbers from " + from + " up to " + upTo + ", flags " + flags);
        }
        var last = new ArrayList<LastNumber>();
        long before = from;
        while (in.remaining() > 0) {
            var each = new LastNumber(in.text8("subject"), in.u64("number"));
            if (each.number() <= before || each.number() > upTo) {
                throw new MalformedFrameException(each.number() + " is not above " + before + " and up to " + upTo);
            }
            before = each.number();
            last.add(each);
        }
        return new Numbers(
                speaker,
                channel,
                (flags & FIRST) != 0,
                (flags & MORE) != 0,
                (flags & VIA) != 0,
                from,
                upTo,
                Collections.unmodifiableList(last));
    }
}
