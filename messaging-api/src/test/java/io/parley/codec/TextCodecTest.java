package io.parley.codec;

import io.parley.testkit.CodecContract;
import java.util.List;

class TextCodecTest extends CodecContract {

    @Override
    protected Codec codec() {
        return new TextCodec();
    }

    @Override
    protected List<Object> payloads() {
        return List.of("", "plain", "üñí and 🚲\r\n\0");
    }
}
