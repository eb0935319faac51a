package io.parley.codec.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.parley.codec.Codec;
import io.parley.codec.CodecException;
import io.parley.testkit.CodecContract;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;

class JacksonCodecTest extends CodecContract {

    private static final String SECRET = "4111-1111-1111-1111";

    private final Codec codec = JacksonCodec.create();

    record Line(String article, int quantity, BigDecimal price) {}

    record Order(String id, List<Line> lines, Optional<String> remark, Map<String, Integer> counts) {}

    record Times(Instant instant, OffsetDateTime offset, LocalDate date, Duration duration) {}

    record Big(BigInteger number) {}

    record Chain(Chain next) {}

    record Strict(int number, String text) {
        Strict {
            if (number < 0) {
                throw new IllegalArgumentException("Not positive: " + number + " of " + text);
            }
        }
    }

    record Unwritable(String text) {
        @Override
        public String text() {
            throw new IllegalStateException("Not to be told: " + text);
        }
    }

    record Renamed(@JsonProperty("count") int number) {}

    record Ping() {}

    interface Plain {}

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "Green, to be read by people";
            }
        }
    }

    record Painted(Colour colour) {}

    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record Square(double side) implements Shape {}

    sealed interface Polygon extends Shape {}

    record Triangle(double a, double b, double c) implements Polygon {}

    record Drawing(Shape main, List<Shape> others) {}

    record Stranger(String text) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes(@JsonSubTypes.Type(Cash.class))
    sealed interface Payment {}

    @JsonTypeName("cash")
    record Cash(@JsonProperty("sum") long cents) implements Payment {}

    sealed interface Ambiguous {}

    record Typed(String type) implements Ambiguous {}

    sealed interface Twice {}

    static final class First {
        record Created() implements Twice {}
    }

    static final class Second {
        record Created() implements Twice {}
    }

    @Override
    protected Codec codec() {
        return codec;
    }

    @Override
    protected List<Object> payloads() {
        return List.of(
                new Order(
                        "42",
                        List.of(new Line("wheel", 2, new BigDecimal("9.90"))),
                        Optional.of("quick, \"please\" 🚲"),
                        Map.of("boxes", 1)),
                new Order("43", List.of(), Optional.empty(), Map.of()),
                new Times(
                        Instant.parse("2026-01-02T03:04:05.678901234Z"),
                        OffsetDateTime.parse("2026-01-02T03:04:05+05:30"),
                        LocalDate.parse("2026-02-28"),
                        Duration.ofMillis(1500)),
                new Painted(Colour.GREEN),
                new Circle(1.5),
                new Triangle(3, 4, 5),
                new Drawing(new Square(2), List.of(new Circle(1), new Triangle(1, 1, 1))));
    }

    @Override
    protected Class<?> typeOf(Object payload) {
        return payload instanceof Shape ? Shape.class : payload.getClass();
    }

    @Nested
    class Reading {

        @Test
        void shouldServeManyThreadsThatComeFirst() throws InterruptedException {
            Codec fresh = JacksonCodec.create();
            var results = new ConcurrentLinkedQueue<String>();
            var start = new CountDownLatch(1);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 8; i++) {
                var thread = new Thread(() -> {
                    try {
                        start.await();
                        results.add(new String(fresh.encode(new Circle(2)), StandardCharsets.UTF_8));
                    } catch (InterruptedException | RuntimeException e) {
                        results.add(e.toString());
                    }
                });
                thread.start();
                threads.add(thread);
            }
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(results).hasSize(8).containsOnly("{\"type\":\"Circle\",\"radius\":2.0}");
        }

        @Test
        void shouldRefuseSettingsThatFailWhenTheyAreMade() {
            assertThatThrownBy(() -> JacksonCodec.with(builder -> {
                        throw new IllegalStateException("no such setting");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void shouldIgnoreFieldsItDoesNotKnow() {
            assertThat(read("{\"radius\":1,\"colour\":{\"deep\":[1,2]},\"type\":\"Circle\"}", Circle.class))
                    .isEqualTo(new Circle(1));
        }

        @Test
        void shouldTakeWhatIsMissingForNullOrEmpty() {
            assertThat(read("{}", Order.class)).isEqualTo(new Order(null, null, Optional.empty(), null));
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"text\":\"x\"}", "{\"number\":null,\"text\":\"x\"}"})
        void shouldRefuseAPrimitiveThatIsMissingOrNull(String json) {
            assertRefused(json, Strict.class).hasMessageContaining("number");
        }

        @Test
        void shouldRefuseAMissingPrimitiveThoughItIsAnnotated() {
            assertThat(read("{\"count\":1}", Renamed.class)).isEqualTo(new Renamed(1));
            assertRefused("{}", Renamed.class).hasMessageContaining("count");
        }

        @Test
        void shouldReadAndWriteARecordWithoutComponents() {
            assertThat(read(write(new Ping()), Ping.class)).isEqualTo(new Ping());
        }

        @Test
        void shouldRefuseAFractionWhereAWholeNumberIsWanted() {
            assertRefused("{\"number\":1.5}", Strict.class).hasMessageContaining("number");
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "", "   "})
        void shouldRefuseNullAndNothing(String json) {
            assertRefused(json, Circle.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"radius\":1} {}",
                    "{\"radius\":1}}",
                    "{\"radius\":1}x",
                    "{\"radius\":1},",
                    "{\"radius\":1}null"
                })
        void shouldRefuseWhatFollowsTheValue(String json) {
            assertRefused(json, Circle.class);
        }

        @Test
        void shouldReadAnEnumerationByItsConstantsNamesOnly() {
            assertThat(read("{\"colour\":\"GREEN\"}", Painted.class)).isEqualTo(new Painted(Colour.GREEN));
            assertRefused("{\"colour\":1}", Painted.class);
            assertRefused("{\"colour\":\"BLUE\"}", Painted.class);
        }

        @Test
        void shouldSayWhereItFailed() {
            assertRefused("{\"lines\":[{\"quantity\":1},{\"quantity\":\"many\"}]}", Order.class)
                    .hasMessageContaining("lines[1].quantity")
                    .hasMessageContaining("line 1, column");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"quantity\":\"" + SECRET + "\"}",
                    "{\"article\":[\"" + SECRET + "\"]}",
                    "{\"article\":" + SECRET + "}",
                    "{\"article\":x" + SECRET + "}",
                    "{\"price\":\"" + SECRET + "\"}",
                    "{\"" + SECRET + "\":}",
                    "\"" + SECRET + "\"",
                })
        void shouldNotRepeatWhatItCouldNotRead(String json) {
            assertRefused(json, Line.class).hasMessageNotContaining("4111");
        }

        @Test
        void shouldNotRepeatWhatAConstructorSaysNorTheKeysOfAMap() {
            assertRefused("{\"number\":-1,\"text\":\"" + SECRET + "\"}", Strict.class)
                    .hasMessageNotContaining("4111")
                    .hasMessageContaining("Strict refuses its values");
            assertRefused("{\"counts\":{\"" + SECRET + "\":\"x\"}}", Order.class)
                    .hasMessageNotContaining("4111")
                    .hasMessageContaining("counts.*");
        }

        @Test
        void shouldNotRepeatWhatNoTypeCouldBeMadeOf() {
            assertRefused('"' + SECRET + '"', Plain.class)
                    .hasMessageNotContaining("4111")
                    .hasMessageContaining("Plain");
        }

        @Test
        void shouldKeepItsMessagesShort() {
            String json = "{\"lines\":[{\"quantity\":\"" + "x".repeat(100_000) + "\"}]}";
            CodecException refused = catchThrowableOfType(CodecException.class, () -> read(json, Order.class));
            assertThat(refused.getMessage()).hasSizeLessThanOrEqualTo(310);
        }
    }

    @Nested
    class Bounds {

        @Test
        void shouldRefuseWhatIsNestedTooDeeply() {
            assertRefused("{\"next\":".repeat(100_000), Chain.class).hasMessageContaining("limit");
            assertRefused("[".repeat(100_000), Object.class).hasMessageContaining("limit");
            assertRefused("{\"unknown\":" + "[".repeat(100_000), Circle.class).hasMessageContaining("limit");
        }

        @Test
        void shouldRefuseNumbersThatAreTooLong() {
            assertRefused("{\"number\":" + "9".repeat(1_001) + "}", Big.class).hasMessageContaining("limit");
        }

        @Test
        @Timeout(value = 60, unit = TimeUnit.SECONDS)
        void shouldNotBuildHugeNumbersFromAFewDigits() {
            assertRefused("{\"number\":1e999999999}", Big.class);
        }

        @Test
        void shouldRefuseToWriteWhatHoldsItself() {
            var list = new ArrayList<Object>();
            list.add(list);
            assertThatThrownBy(() -> codec.encode(list)).isInstanceOf(CodecException.class);
            var map = new LinkedHashMap<String, Object>();
            map.put("self", map);
            assertThatThrownBy(() -> codec.encode(map)).isInstanceOf(CodecException.class);
        }

        @Test
        void shouldRefuseToWriteWhatJacksonCannot() {
            assertThatThrownBy(() -> codec.encode(new Unwritable(SECRET)))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("Unwritable")
                    .hasMessageNotContaining("4111");
            assertThatThrownBy(() -> codec.encode(null)).isInstanceOf(CodecException.class);
        }
    }

    @Nested
    class Writing {

        @Test
        void shouldKeepTheOrderOfComponents() {
            assertThat(write(new Line("wheel", 2, new BigDecimal("9.90"))))
                    .isEqualTo("{\"article\":\"wheel\",\"quantity\":2,\"price\":9.90}");
        }

        @Test
        void shouldWriteTimesAsText() {
            assertThat(write(new Times(
                            Instant.parse("2026-01-02T03:04:05Z"),
                            OffsetDateTime.parse("2026-01-02T03:04:05+05:30"),
                            LocalDate.parse("2026-02-28"),
                            Duration.ofMillis(1500))))
                    .isEqualTo("{\"instant\":\"2026-01-02T03:04:05Z\",\"offset\":\"2026-01-02T03:04:05+05:30\","
                            + "\"date\":\"2026-02-28\",\"duration\":\"PT1.5S\"}");
        }

        @Test
        void shouldObeySettingsOfOnesOwn() {
            Codec snake = JacksonCodec.with(
                    builder -> builder.propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE));
            assertThat(new String(snake.encode(new Circle(1)), StandardCharsets.UTF_8))
                    .isEqualTo("{\"type\":\"Circle\",\"Radius\":1.0}");
        }
    }

    @Nested
    class SealedHierarchies {

        @Test
        void shouldNameTheTypeFirst() {
            assertThat(write(new Circle(1.5))).isEqualTo("{\"type\":\"Circle\",\"radius\":1.5}");
        }

        @Test
        void shouldNameTheTypeOfElementsAndComponents() {
            assertThat(write(new Drawing(new Square(2), List.of(new Circle(1)))))
                    .isEqualTo("{\"main\":{\"type\":\"Square\",\"side\":2.0},"
                            + "\"others\":[{\"type\":\"Circle\",\"radius\":1.0}]}");
        }

        @Test
        void shouldReadTheTypeWhereverItStands() {
            assertThat(read("{\"radius\":1.5,\"type\":\"Circle\"}", Shape.class))
                    .isEqualTo(new Circle(1.5));
        }

        @Test
        void shouldReadTypesBelowASealedTypeBelow() {
            assertThat(read("{\"type\":\"Triangle\",\"a\":1,\"b\":2,\"c\":3}", Shape.class))
                    .isEqualTo(new Triangle(1, 2, 3));
            assertThat(read("{\"type\":\"Triangle\",\"a\":1,\"b\":2,\"c\":3}", Polygon.class))
                    .isEqualTo(new Triangle(1, 2, 3));
        }

        @Test
        void shouldReadAPermittedTypeAskedForByItselfWithoutItsName() {
            assertThat(read("{\"radius\":1.5}", Circle.class)).isEqualTo(new Circle(1.5));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Stranger",
                    "Polygon",
                    "Shape",
                    "circle",
                    "java.lang.ProcessBuilder",
                    "io.parley.codec.jackson.JacksonCodecTest$Stranger",
                    "io.parley.codec.jackson.JacksonCodecTest$Circle",
                    "JacksonCodecTest$Circle",
                    "javax.swing.JEditorPane",
                    "",
                    "a name with spaces"
                })
        void shouldRefuseTypesThatAreNotPermitted(String name) {
            assertRefused("{\"type\":\"" + name + "\",\"radius\":1,\"text\":\"x\"}", Shape.class);
        }

        @Test
        void shouldRefuseASquareWhereATriangleIsDue() {
            assertRefused("{\"type\":\"Square\",\"side\":1}", Polygon.class).hasMessageContaining("Square");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"radius\":1}", "{\"type\":null,\"radius\":1}", "[\"Circle\",1]", "\"Circle\""})
        void shouldRefuseAShapeWithoutAType(String json) {
            assertRefused(json, Shape.class);
        }

        @Test
        void shouldLetAnnotationsWin() {
            assertThat(write(new Cash(5))).isEqualTo("{\"kind\":\"cash\",\"sum\":5}");
            assertThat(read("{\"kind\":\"cash\",\"sum\":5}", Payment.class)).isEqualTo(new Cash(5));
        }

        @Test
        void shouldRefuseAComponentWhereTheTypesNameWouldStand() {
            assertThatThrownBy(() -> codec.encode(new Typed("x")))
                    .isInstanceOf(CodecException.class)
                    .hasStackTraceContaining("\"type\"");
            assertRefused("{\"type\":\"Typed\"}", Ambiguous.class);
        }

        @Test
        void shouldRefuseTwoTypesOfOneName() {
            assertThatThrownBy(() -> codec.encode(new First.Created()))
                    .isInstanceOf(CodecException.class)
                    .hasStackTraceContaining("same simple name");
        }

        @Test
        void shouldLeaveTextAndNumbersAloneThoughTheJdkSealsAboveThem() {
            assertThat(write("text")).isEqualTo("\"text\"");
            assertThat(write(5)).isEqualTo("5");
            assertThat(write(List.of("text", 5L))).isEqualTo("[\"text\",5]");
        }
    }

    private String write(Object payload) {
        return new String(codec.encode(payload), StandardCharsets.UTF_8);
    }

    private <T> T read(String json, Class<T> type) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return codec.decode(bytes, 0, bytes.length, type);
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            String json, Class<?> type) {
        return assertThatThrownBy(() -> read(json, type)).isInstanceOf(CodecException.class);
    }
}
