package io.parley.internal.wire;

import io.parley.internal.wire.Control.PeerId;

/** Reads and writes the identity of a peer: its incarnation, service and instance. Stateless. */
final class PeerIdCodec {

    private PeerIdCodec() {}

    static void write(PeerId speaker, WireWriter out) {
        out.u64(speaker.incarnation());
        out.text8(speaker.service());
        out.text8(speaker.instance());
    }

    static PeerId read(WireReader in) throws MalformedFrameException {
        return new PeerId(readIncarnation(in), Names.service(in), Names.instance(in));
    }

    /** Reads an incarnation, which is never 0. */
    static long readIncarnation(WireReader in) throws MalformedFrameException {
        long incarnation = in.u64("incarnation");
        if (incarnation == 0) {
            throw new MalformedFrameException("incarnation is 0");
        }
        return incarnation;
    }
}
