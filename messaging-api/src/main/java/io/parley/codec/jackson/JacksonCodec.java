package io.parley.codec.jackson;

import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Any type as JSON, by Jackson. Records need nothing else; in a named module, their package must be open to
 * {@code tools.jackson.databind}.
 *
 * <ul>
 *   <li>Fields that are not known are ignored, so that a contract can grow. A component that is missing is {@code null}, an
 *       {@code Optional} empty; a primitive one of a record that is missing or {@code null} is an error, as zero
 *       would be a guess, and so is a fraction where a whole number is wanted. A component that comes with a later version of a
 *       contract should thus not be a primitive.
 *   <li>Times are ISO 8601 text and keep their offset, though not the name of their zone. Enumerations go by their constants'
 *       names.
 *   <li>A sealed interface or class needs no annotations: each permitted type is written with a property {@code type}, its simple
 *       name, first. Only permitted types can be named. Jackson's annotations, where there are any, win.
 *   <li>What follows the value, {@code null} in its place, nesting beyond 200 levels, and numbers of more than 1000 digits are
 *       errors.
 * </ul>
 *
 * <p>What is said of an error names the place, and nothing of the content.
 *
 * <p>Thread-safe.
 */
public final class JacksonCodec implements Codec {

    private static final int DEPTH = 200;
    private static final int NUMBER_LENGTH = 1000;
    private static final int NAME_LENGTH = 10_000;

    private final Supplier<Mapping> source;
    private volatile @Nullable Mapping mapping;

    private JacksonCodec(Supplier<Mapping> source) {
        this.source = source;
    }

    /** With the settings described above. Jackson is loaded only when the first payload asks for it, as many peers have no use for it. */
    public static JacksonCodec create() {
        // A reference to the method would load what it mentions.
        return new JacksonCodec(() -> Mapping.byDefault());
    }

    /** With settings of one's own, made on top of those described above. */
    public static JacksonCodec with(UnaryOperator<JsonMapper.Builder> settings) {
        var mapping = new Mapping(settings.apply(Mapping.defaults()).build());
        return new JacksonCodec(() -> mapping);
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    /** Whatever the type; codecs that are asked earlier take what is theirs. */
    @Override
    public boolean supports(Class<?> type) {
        return true;
    }

    @Override
    public byte[] encode(Object payload) {
        if (payload == null) {
            throw new CodecException("null cannot be a payload");
        }
        try {
            return mapping().writers.get(payload.getClass()).writeValueAsBytes(payload);
        } catch (RuntimeException | StackOverflowError e) {
            throw Problem.ofWriting(payload.getClass(), e);
        }
    }

    @Override
    public <T> T decode(byte[] bytes, int offset, int length, Class<T> type) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        @Nullable T value;
        try {
            value = mapping().readers.get(type).readValue(bytes, offset, length);
        } catch (RuntimeException | StackOverflowError e) {
            throw Problem.ofReading(type, e);
        }
        if (value == null) {
            throw new CodecException("null where a " + type.getSimpleName() + " was expected");
        }
        return value;
    }

    private Mapping mapping() {
        Mapping made = mapping;
        if (made == null) {
            synchronized (this) {
                made = mapping;
                if (made == null) {
                    made = source.get();
                    mapping = made;
                }
            }
        }
        return made;
    }

    /**
     * A mapper and what it made of types so far. All that needs Jackson's classes is here, as the JVM loads them to check the class that
     * mentions them. Thread-safe.
     */
    private static final class Mapping {

        final ClassValue<ObjectReader> readers;
        final ClassValue<ObjectWriter> writers;

        Mapping(JsonMapper mapper) {
            readers = new ClassValue<>() {
                @Override
                protected ObjectReader computeValue(Class<?> type) {
                    return mapper.readerFor(type);
                }
            };
            writers = new ClassValue<>() {
                @Override
                protected ObjectWriter computeValue(Class<?> type) {
                    return mapper.writerFor(type);
                }
            };
        }

        static Mapping byDefault() {
            return new Mapping(defaults().build());
        }

        static JsonMapper.Builder defaults() {
            JsonFactory factory = JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNumberLength(NUMBER_LENGTH)
                            .maxNameLength(NAME_LENGTH)
                            .build())
                    .recyclerPool(JsonRecyclerPools.threadLocalPool())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .build())
                    .build();
            return JsonMapper.builder(factory)
                    .addModule(new Accessors())
                    .annotationIntrospector(AnnotationIntrospector.pair(
                            new StrictPrimitives(),
                            AnnotationIntrospector.pair(new JacksonAnnotationIntrospector(), new SealedTypes())))
                    .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                    .disable(
                            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
                            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
                            DateTimeFeature.WRITE_DATES_WITH_CONTEXT_TIME_ZONE);
        }
    }
}
