package io.parley.codec;

import io.parley.testkit.CodecContract;
import java.util.List;

class BytesCodecTest extends CodecContract {

    @Override
    protected Codec codec() {
        return new BytesCodec();
    }

    @Override
    protected List<Object> payloads() {
        return List.of(new byte[] {}, new byte[] {1, 0, -1}, new byte[10_000]);
    }

    @Override
    protected boolean canRefuseBytes() {
        return false;
    }
}
