package io.parley.discovery.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.channel.ChannelName;
import io.parley.channel.InteractionStyle;
import io.parley.discovery.DiscoveryException;
import io.parley.discovery.Instance;
import io.parley.discovery.ServiceResolver;
import io.parley.environment.Environment;
import io.parley.testkit.Participant;
import io.parley.testkit.SimulatedEnvironment;
import io.parley.transport.AddressFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of lease files, sound and otherwise. In virtual time, which sets and judges the files' modification times. */
class LeaseFilesTest {

    private static final Duration TTL = Duration.ofSeconds(6);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SimulatedEnvironment simulation = SimulatedEnvironment.seeded(3);
    private final Logger logger = Logger.getLogger(LocalDirectoryDiscovery.class.getName());
    private final List<String> warnings = new ArrayList<>();
    private final Handler collecting = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
                warnings.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path temporary;

    @BeforeEach
    void collectWarnings() {
        logger.setUseParentHandlers(false);
        logger.addHandler(collecting);
    }

    @AfterEach
    void stopCollecting() {
        logger.removeHandler(collecting);
        logger.setUseParentHandlers(true);
    }

    @Test
    void shouldWriteALeaseAsSpecified() throws IOException {
        var channels = new TreeMap<ChannelName, InteractionStyle>();
        channels.put(ChannelName.parse("orders/place"), InteractionStyle.REQUEST);
        channels.put(ChannelName.parse("orders/events"), InteractionStyle.PUBLISH);
        var instance = new Instance(
                "orders",
                "orders-3f9a",
                0x00ab_0000_0000_0001L,
                "tcp://127.0.0.1:7001",
                "tcp://127.0.0.1:7002",
                channels,
                Instant.parse("2026-01-02T03:04:05Z"),
                Map.of("zone", "north"));
        open().announce(instance);
        assertThat(Files.readString(mesh().resolve("orders~orders-3f9a.json")))
                .isEqualTo("{\"parley\":1,\"service\":\"orders\",\"instance\":\"orders-3f9a\","
                        + "\"incarnation\":\"00ab000000000001\",\"address\":\"tcp://127.0.0.1:7001\","
                        + "\"publishAddress\":\"tcp://127.0.0.1:7002\","
                        + "\"channels\":{\"orders/events\":\"publish\",\"orders/place\":\"request\"},"
                        + "\"since\":\"2026-01-02T03:04:05Z\",\"ttlMillis\":6000,\"metadata\":{\"zone\":\"north\"}}");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(mesh().resolve("orders~orders-3f9a.json"))))
                .isEqualTo("rw-------");
        assertThat(files()).containsExactly("orders~orders-3f9a.json");
    }

    @Test
    void shouldReadALeaseThatAnotherLanguageWrote() throws IOException {
        Seen seen = watch("orders");
        put(
                "orders~py-1.json",
                "{ \"metadata\": {}, \"ttlMillis\": 6000, \"since\": \"2026-01-02T03:04:05.123Z\",\n \"later\": [1, {}],"
                        + " \"channels\": {\"orders/place\": \"request\", \"orders/new\": \"a style to come\"},"
                        + " \"address\": \"tcp://127.0.0.1:1\", \"incarnation\": \"ffffffffffffffff\","
                        + " \"instance\": \"py-1\", \"service\": \"orders\", \"parley\": 1 }");
        runUntil(() -> seen.names().equals(Set.of("py-1")));
        Instance read = seen.latest().iterator().next();
        assertThat(read.incarnation()).isEqualTo(-1);
        assertThat(read.publishAddress()).isEmpty();
        assertThat(read.channels()).containsOnlyKeys(ChannelName.parse("orders/place"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldRemoveItsLeaseWhenClosed() throws IOException {
        Participant participant = open();
        participant.announce(instance("orders", "one"));
        assertThat(files()).hasSize(1);
        participant.close();
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldKeepALeaseUpForLongerThanItLasts() {
        Seen seen = watch("orders");
        open().announce(instance("orders", "one"));
        runUntil(() -> seen.names().equals(Set.of("one")));
        int told = seen.count();
        simulation.runFor(Duration.ofMinutes(2));
        assertThat(seen.count()).isEqualTo(told);
        assertThat(seen.names()).containsExactly("one");
    }

    @Test
    void shouldLoseSightOfAPeerThatWasKilledAndSweepItsLeaseInTheEnd() throws IOException {
        Seen seen = watch("orders");
        announceAndKill(instance("orders", "one"));
        runUntil(() -> seen.names().equals(Set.of("one")));
        simulation.runFor(TTL.minusSeconds(1));
        assertThat(seen.names()).containsExactly("one");
        simulation.runFor(Duration.ofSeconds(2));
        assertThat(seen.names()).isEmpty();
        simulation.runFor(TTL);
        assertThat(files()).as("stale, but not for long").hasSize(1);
        simulation.runFor(TTL.multipliedBy(3).plus(TTL));
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldIgnoreALeaseThatIsStaleFromTheStart() throws IOException {
        putLease(instance("orders", "old"));
        setAge("orders~old.json", TTL.plusSeconds(1));
        Seen seen = watch("orders");
        runUntil(() -> seen.count() == 1);
        assertThat(seen.latest()).isEmpty();
        Participant onlooker = open();
        assertThat(onlooker.services()).isEmpty();
    }

    @Test
    void shouldSeeAStalePeerAgainThatComesBackToLife() throws IOException {
        putLease(instance("orders", "asleep"));
        setAge("orders~asleep.json", TTL.plusSeconds(1));
        Seen seen = watch("orders");
        runUntil(() -> seen.count() == 1);
        setAge("orders~asleep.json", Duration.ZERO);
        runUntil(() -> seen.names().equals(Set.of("asleep")));
    }

    @Test
    void shouldSweepTemporaryFilesThatWereLeftBehind() throws IOException {
        String left = ".orders~one.json.0123456789abcdef.tmp";
        String fresh = ".orders~two.json.0123456789abcdef.tmp";
        String foreign = "notes.tmp";
        for (String name : List.of(left, fresh, foreign)) {
            put(name, "half");
        }
        setAge(left, Duration.ofMinutes(2));
        setAge(foreign, Duration.ofMinutes(2));
        open();
        simulation.run();
        assertThat(files()).containsExactlyInAnyOrder(fresh, foreign);
    }

    @Test
    void shouldNotLoseSightOfAnyoneWhenTheClockJumps() {
        Seen seen = watch("orders");
        open().announce(instance("orders", "one"));
        runUntil(() -> seen.names().equals(Set.of("one")));
        int told = seen.count();
        simulation.clock().jumpWallClock(Duration.ofHours(1));
        simulation.runFor(Duration.ofMinutes(1));
        simulation.clock().jumpWallClock(Duration.ofHours(-3));
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(seen.count()).isEqualTo(told);
    }

    @Test
    void shouldLoseSightOfADeadPeerWhoseLeaseIsOfTheFuture() throws IOException {
        putLease(instance("orders", "future"));
        setAge("orders~future.json", Duration.ofDays(-1));
        Seen seen = watch("orders");
        runUntil(() -> seen.names().equals(Set.of("future")));
        simulation.runFor(TTL.plusSeconds(1));
        assertThat(seen.names()).isEmpty();
    }

    @Test
    void shouldSkipWhatIsNoLeaseAndSaySoOnce() throws IOException {
        String sound = leaseText(instance("orders", "x"));
        put("orders~empty.json", "");
        put("orders~half.json", sound.substring(0, sound.length() / 2));
        put("orders~noise.json", "\0\1\2\u00ff");
        put("orders~array.json", "[]");
        put("orders~deep.json", "[".repeat(50_000));
        put("orders~huge.json", " ".repeat(Lease.MAX_BYTES + 1));
        put("orders~other.json", sound);
        put("orders~later.json", text("later").replace("\"parley\":1", "\"parley\":2"));
        put("orders~number.json", text("number").replace("\"tcp://127.0.0.1:7001\"", "{}"));
        put("orders~nowhere.json", text("nowhere").replace("tcp://127.0.0.1:7001", ""));
        put("orders~when.json", text("when").replace("2026-01-02T03:04:05Z", "yesterday"));
        put("orders~short.json", text("short").replaceAll("\"incarnation\":\"[^\"]*\"", "\"incarnation\":\"12\""));
        put("orders~forever.json", text("forever").replace("6000", "99999999999"));
        put("orders~never.json", text("never").replace("6000", "0"));
        put("orders~nulls.json", text("nulls").replace("\"metadata\":{}", "\"metadata\":{\"a\":null}"));
        put("orders~channel.json", text("channel").replace("orders/place", "Not A Channel"));
        put("orders~mark.json", "\ufeff" + text("mark"));
        Files.write(mesh().resolve("orders~utf16.json"), text("utf16").getBytes(StandardCharsets.UTF_16));
        setAge("orders~utf16.json", Duration.ZERO);
        Files.write(
                mesh().resolve("orders~latin.json"),
                text("latin").replace("tcp:", "tc\u00e9:").getBytes(StandardCharsets.ISO_8859_1));
        setAge("orders~latin.json", Duration.ZERO);
        String since = "2026-01-02T03:04:05Z";
        put("orders~offset.json", text("offset").replace(since, "2026-01-02T03:04:05+00:00"));
        put("orders~small.json", text("small").replace(since, "2026-01-02t03:04:05z"));
        put("orders~midnight.json", text("midnight").replace(since, "2026-01-02T24:00:00Z"));
        put("orders~leap.json", text("leap").replace(since, "2026-01-02T23:59:60Z"));
        put("orders~minutes.json", text("minutes").replace(since, "2026-01-02T03:04Z"));
        put("orders~day.json", text("day").replace(since, "2026-02-30T03:04:05Z"));
        put("orders~null1.json", text("null1").replace("\"tcp://127.0.0.1:7002\"", "null"));
        put("orders~null2.json", text("null2").replace("\"metadata\":{}", "\"metadata\":null"));
        put("orders~null3.json", text("null3").replaceAll("\"channels\":\\{[^}]*}", "\"channels\":null"));
        put("orders~half1.json", text("half1").replace(":6000", ":6000.5"));
        put("orders~big.json", text("big").replace(":6000", ":6e999999999"));
        put("orders~bigger.json", text("bigger").replace(":6000", ":1" + "0".repeat(2000)));
        put("orders~tiny.json", text("tiny").replace(":6000", ":6e-999999999"));
        put("orders~true.json", text("true").replace("\"parley\":1", "\"parley\":true"));
        put("orders~more.json", text("more") + " {}");
        Files.createDirectory(mesh().resolve("orders~folder.json"));
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere.json"), text("link"));
        Files.createSymbolicLink(mesh().resolve("orders~link.json"), elsewhere);
        int bad = files().size();
        put("README.json", "not a lease's name");
        putLease(instance("orders", "sound"));

        Seen seen = watch("orders");
        runUntil(() -> seen.count() > 0);
        assertThat(seen.names()).containsExactly("sound");
        simulation.runFor(TTL.dividedBy(2));
        assertThat(warnings).hasSize(bad).allSatisfy(warning -> assertThat(warning)
                .startsWith("Skipping "));
        assertThat(seen.problems()).isZero();
    }

    @Test
    void wholeNumbersAreTakenHoweverTheyAreWritten() throws IOException {
        put("orders~a.json", text("a").replace(":6000", ":6e3").replace("\"parley\":1", "\"parley\":1.0"));
        put("orders~b.json", text("b").replace(":6000", ":6000.000").replace("\"parley\":1", "\"parley\":10e-1"));
        put("orders~c.json", text("c").replace(":6000", ":0.6E+4"));
        put("orders~d.json", text("d").replace("\"parley\":1", "\"parley\":7,\"parley\":1"));
        Seen seen = watch("orders");
        runUntil(() -> seen.names().equals(Set.of("a", "b", "c", "d")));
        assertThat(warnings).isEmpty();
    }

    @Test
    void linkThatTookTheDirectorysPlaceIsNotFollowed() throws IOException {
        Seen seen = watch("orders");
        Participant one = open();
        one.announce(instance("orders", "one"));
        Participant two = open();
        runUntil(() -> seen.names().equals(Set.of("one")));
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(mesh(), elsewhere);
        Files.delete(elsewhere.resolve("orders~one.json"));
        Files.createSymbolicLink(mesh(), elsewhere);
        put("orders~trap.json", text("trap"));

        runUntil(() -> seen.problems() == 1);
        simulation.runFor(TTL.multipliedBy(3));
        two.announce(instance("orders", "two"));
        simulation.runFor(TTL);
        assertThatThrownBy(this::open).isInstanceOf(DiscoveryException.class).hasMessageContaining("symbolic link");
        assertThat(seen.names()).containsExactly("one");
        assertThat(files()).containsExactly("orders~trap.json");
        assertThat(warnings).anyMatch(warning -> warning.contains("cannot be announced"));

        Files.delete(mesh());
        Files.createDirectory(mesh());
        runUntil(() -> seen.names().equals(Set.of("one", "two")));
        Files.move(mesh(), temporary.resolve("real"));
        Files.createSymbolicLink(mesh(), temporary.resolve("real"));
        one.close();
        assertThat(Files.exists(temporary.resolve("real").resolve("orders~one.json")))
                .as("not deleted through a link")
                .isTrue();
    }

    @Test
    void shouldReadAHalfWrittenLeaseOnceItIsWhole() throws IOException {
        String whole = text("slow");
        put("orders~slow.json", whole.substring(0, 50));
        Seen seen = watch("orders");
        simulation.runFor(TTL.multipliedBy(2));
        assertThat(seen.names()).isEmpty();
        put("orders~slow.json", whole);
        runUntil(() -> seen.names().equals(Set.of("slow")));
        assertThat(warnings).hasSize(1);
    }

    @Test
    void shouldNotReadAgainWhatCannotHaveChanged() throws IOException {
        putLease(instance("orders", "one"));
        Seen seen = watch("orders");
        runUntil(() -> seen.names().equals(Set.of("one")));
        Path file = mesh().resolve("orders~one.json");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, "x".repeat((int) Files.size(file)));
        Files.setLastModifiedTime(file, before);
        simulation.runFor(TTL.dividedBy(2));
        assertThat(seen.names()).containsExactly("one");
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldNotReadALeaseThatWasMerelyRenewed() throws IOException {
        putLease(instance("orders", "one"));
        Seen seen = watch("orders");
        simulation.runFor(Duration.ofSeconds(5));
        Path file = mesh().resolve("orders~one.json");
        Files.writeString(file, "x".repeat((int) Files.size(file)));
        setAge("orders~one.json", Duration.ZERO);
        simulation.runFor(TTL.minusSeconds(1));
        assertThat(seen.all().get(seen.count() - 1)).containsExactly("one");
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldReadALeaseThatWasReplacedByOneOfTheSameSize() throws IOException {
        Instance first = instance("orders", "one");
        putLease(first);
        Seen seen = watch("orders");
        simulation.runFor(Duration.ofSeconds(5));
        Files.delete(mesh().resolve("orders~one.json"));
        // File systems like to give the next file the number that has just become free.
        put("orders~one.json", leaseText(first).replace("7001", "7003"));
        runUntil(() -> seen.latest().stream().anyMatch(one -> one.address().endsWith("7003")));
    }

    @Test
    void shouldReadAgainWhatWasRenewedSinceWhenTheDirectoryChanges() throws IOException {
        putLease(instance("orders", "one"));
        Seen seen = watch("orders");
        simulation.runFor(Duration.ofSeconds(5));
        String renewed = text("one").replace("7001", "7003");
        Files.writeString(mesh().resolve("orders~one.json"), renewed);
        setAge("orders~one.json", Duration.ZERO);
        simulation.runFor(TTL.plusSeconds(1));
        setAge("orders~one.json", Duration.ZERO);
        putLease(instance("orders", "two"));
        runUntil(() -> seen.names().equals(Set.of("one", "two")));
        assertThat(seen.latest()).anyMatch(one -> one.address().endsWith("7003"));
    }

    @Test
    void shouldNotReadLeasesThatNobodyWatches() throws IOException {
        put("billing~noise.json", "no lease");
        Participant participant = open();
        Seen seen = new Seen();
        participant.watch("orders", seen);
        for (int i = 0; i < 10; i++) {
            simulation.runFor(TTL.dividedBy(2));
            setAge("billing~noise.json", Duration.ZERO);
        }
        assertThat(seen.count()).isEqualTo(1);
        assertThat(warnings).isEmpty();
        participant.watch("billing", seen);
        runUntil(() -> warnings.size() == 1);
    }

    @Test
    void shouldSweepALeaseThatNobodyWatches() throws IOException {
        announceAndKill(instance("orders", "one"));
        open();
        simulation.runFor(TTL.multipliedBy(3));
        assertThat(files()).hasSize(1);
        simulation.runFor(TTL.multipliedBy(3));
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldShowTheNewerOfTwoThatClaimOneNameAndNotFight() throws IOException {
        Seen seen = watch("orders");
        Instance older = instance("orders", "one");
        var newer =
                new Instance("orders", "one", 99, "tcp://127.0.0.1:9", "", older.channels(), older.since(), Map.of());
        Participant first = open();
        first.announce(older);
        runUntil(() -> seen.latest().equals(Set.of(older)));
        Participant second = open();
        second.announce(newer);
        runUntil(() -> seen.latest().equals(Set.of(newer)));
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(seen.latest()).containsExactly(newer);
        assertThat(warnings).singleElement().asString().contains("orders/one");
        first.close();
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(seen.latest()).containsExactly(newer);
        second.close();
        assertThat(files()).isEmpty();
    }

    @Test
    void shouldAnnounceAnewWhenItsLeaseIsDeleted() throws IOException {
        open().announce(instance("orders", "one"));
        Files.delete(mesh().resolve("orders~one.json"));
        runUntil(() -> Files.exists(mesh().resolve("orders~one.json")));
    }

    @Test
    void shouldMakeTheDirectoryAnewAndNotForgetThoseItKnew() throws IOException {
        Seen seen = watch("orders");
        open().announce(instance("orders", "one"));
        open().announce(instance("orders", "two"));
        announceAndKill(instance("orders", "dead"));
        runUntil(() -> seen.names().equals(Set.of("one", "two", "dead")));
        int told = seen.count();
        for (String file : files()) {
            Files.delete(mesh().resolve(file));
        }
        Files.delete(mesh());
        runUntil(() ->
                Files.exists(mesh().resolve("orders~one.json")) && Files.exists(mesh().resolve("orders~two.json")));
        simulation.runFor(TTL.multipliedBy(2));
        assertThat(seen.all().subList(told, seen.count())).containsExactly(Set.of("one", "two"));
    }

    @Test
    void shouldSeeThousandsOfLeases() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            putLease(instance("orders", "n" + i));
        }
        Seen seen = watch("orders");
        runUntil(() -> seen.latest().size() == 2_000);
        assertThat(seen.count()).isEqualTo(1);
    }

    @Test
    void shouldNeverLetAReaderSeeAHalfWrittenLease() throws Exception {
        Participant announcing = Participant.open(LocalDirectoryDiscovery.at(mesh()), Environment.system());
        Instance instance = instance("orders", "one");
        announcing.announce(instance);
        var done = new AtomicBoolean();
        var reads = new AtomicInteger();
        var reading = new CountDownLatch(1);
        var failure = new AtomicReference<Throwable>();
        var reader = new Thread(() -> {
            try {
                while (!done.get()) {
                    byte[] bytes = Files.readAllBytes(mesh().resolve("orders~one.json"));
                    Lease.read(bytes, "orders~one.json");
                    reads.incrementAndGet();
                    reading.countDown();
                }
            } catch (IOException | RuntimeException e) {
                failure.set(e);
                reading.countDown();
            }
        });
        reader.start();
        reading.await();
        for (int i = 0; i < 500; i++) {
            var channels = new TreeMap<ChannelName, InteractionStyle>();
            for (int c = 0; c < i % 50; c++) {
                channels.put(ChannelName.parse("orders/channel-" + c), InteractionStyle.REQUEST);
            }
            announcing.announce(instance.withChannels(channels));
        }
        done.set(true);
        reader.join();
        announcing.close();
        assertThat(failure.get()).isNull();
        assertThat(reads.get()).isPositive();
    }

    @Test
    void shouldKeepTwoMeshesApart() {
        Seen seen = new Seen();
        LocalDirectoryDiscovery.at(temporary.resolve("other"))
                .openResolver(simulation, AddressFormat.opaque())
                .watch("orders", seen);
        open().announce(instance("orders", "one"));
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(seen.count()).isEqualTo(1);
        assertThat(seen.latest()).isEmpty();
    }

    @Test
    void shouldRefuseToAnnounceWhatALeaseCannotHold() {
        Participant participant = open();
        for (String name : List.of("", "../evil", "a/b", "a~b", ".hidden", "a b", "x".repeat(64))) {
            assertThatThrownBy(() -> participant.announce(instance("orders", name)))
                    .isInstanceOf(DiscoveryException.class);
        }
        Instance large = instance("orders", "large");
        for (Instant since : List.of(Instant.MIN, Instant.MAX)) {
            assertThatThrownBy(() -> participant.announce(
                            new Instance("orders", "old", 1, large.address(), "", large.channels(), since, Map.of())))
                    .isInstanceOf(DiscoveryException.class);
        }
        assertThatThrownBy(() -> participant.announce(new Instance(
                        "orders",
                        "large",
                        1,
                        "tcp://127.0.0.1:1",
                        "",
                        large.channels(),
                        large.since(),
                        Map.of("much", "x".repeat(Lease.MAX_BYTES)))))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("bytes");
    }

    private Path mesh() {
        return temporary.resolve("mesh");
    }

    private Participant open() {
        return Participant.open(LocalDirectoryDiscovery.at(mesh()), simulation);
    }

    private Seen watch(String service) {
        var seen = new Seen();
        open().watch(service, seen);
        return seen;
    }

    /** As a peer does whose process ends before it can close anything. */
    private void announceAndKill(Instance instance) {
        var world = SimulatedEnvironment.seeded(11);
        world.runFor(
                Duration.between(world.time().wallClock(), simulation.time().wallClock()));
        LocalDirectoryDiscovery.at(mesh())
                .openRegistry(world, AddressFormat.opaque())
                .orElseThrow()
                .announce(instance);
    }

    private void runUntil(BooleanSupplier condition) {
        simulation.runUntil(condition, LIMIT);
    }

    private void putLease(Instance instance) throws IOException {
        put(Lease.fileName(instance), leaseText(instance));
    }

    private void put(String fileName, String text) throws IOException {
        Files.createDirectories(mesh());
        Files.writeString(mesh().resolve(fileName), text);
        setAge(fileName, Duration.ZERO);
    }

    private void setAge(String fileName, Duration age) throws IOException {
        Files.setLastModifiedTime(
                mesh().resolve(fileName),
                FileTime.from(simulation.time().wallClock().minus(age)));
    }

    private static String text(String name) {
        return leaseText(instance("orders", name));
    }

    private static String leaseText(Instance instance) {
        return new String(Lease.write(instance, TTL), StandardCharsets.UTF_8);
    }

    private List<String> files() throws IOException {
        var names = new ArrayList<String>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(mesh())) {
            stream.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    private static Instance instance(String service, String name) {
        return new Instance(
                service,
                name,
                name.hashCode(),
                "tcp://127.0.0.1:7001",
                "tcp://127.0.0.1:7002",
                new TreeMap<>(Map.of(new ChannelName(service, "place"), InteractionStyle.REQUEST)),
                Instant.parse("2026-01-02T03:04:05Z"),
                Map.of());
    }

    private static final class Seen implements ServiceResolver.Watcher {

        private final List<Set<Instance>> snapshots = new ArrayList<>();
        private int problems;

        @Override
        public void onSnapshot(Collection<Instance> instances) {
            snapshots.add(Set.copyOf(instances));
        }

        @Override
        public void onError(Exception problem) {
            problems++;
        }

        int count() {
            return snapshots.size();
        }

        int problems() {
            return problems;
        }

        Set<Instance> latest() {
            return snapshots.isEmpty() ? Set.of() : snapshots.get(snapshots.size() - 1);
        }

        Set<String> names() {
            return names(latest());
        }

        List<Set<String>> all() {
            return snapshots.stream().map(Seen::names).toList();
        }

        private static Set<String> names(Set<Instance> instances) {
            return Set.copyOf(instances.stream().map(Instance::name).toList());
        }
    }
}
