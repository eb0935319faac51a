package io.parley.samples.guide;

import io.parley.codec.Codec;
import io.parley.testkit.CodecContract;
import java.util.List;
import java.util.UUID;

// tag::contract[]
class UuidCodecTest extends CodecContract {

    @Override
    protected Codec codec() {
        return new UuidCodec();
    }

    @Override
    protected List<Object> payloads() {
        return List.of(new UUID(0, 0), new UUID(-1, 1));
    }
}
// end::contract[]
