package io.parley.internal.dispatch;

import io.parley.internal.wire.WireMessage;
import io.parley.message.MessageId;
import io.parley.message.PeerName;
import org.jspecify.annotations.Nullable;

/** Where there is no way back to. */
public class Nowhere implements ReplyPath {

    @Override
    public @Nullable PeerName sender() {
        return null;
    }

    @Override
    public boolean answer(WireMessage answer) {
        return false;
    }

    @Override
    public boolean isCancelled(MessageId question) {
        return false;
    }
}
