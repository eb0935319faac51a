package io.parley;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the packages of this module to their places. */
class ArchitectureTest {

    private static final String ROOT = "io.parley";

    /**
     * The packages below {@link #ROOT}, from the ground up; the empty name is {@link #ROOT} itself. A package knows
     * its own row and the rows before it. A package below one of these belongs to it, unless it has a row of its own, as each
     * room of the engine has.
     */
    private static final List<Set<String>> ROWS = List.of(
            Set.of("text"),
            Set.of("time"),
            Set.of("environment"),
            Set.of("failure"),
            Set.of("message"),
            Set.of("channel"),
            Set.of("transport", "codec"),
            Set.of("discovery"),
            Set.of("loadbalance"),
            Set.of("observe"),
            Set.of(""),
            Set.of("internal.wire"),
            Set.of("internal.recorder"),
            Set.of("internal.convert"),
            Set.of("internal.lane"),
            Set.of("internal.runtime"),
            Set.of("internal.dispatch"),
            Set.of("internal.link"),
            Set.of("internal.health"),
            Set.of("internal.route"),
            Set.of("internal.pubsub"),
            Set.of("internal.report"),
            Set.of("internal.survey"),
            Set.of("internal.router"),
            Set.of("internal.pointtopoint"),
            Set.of("internal.engine"),
            Set.of("internal"));

    /** The one class that may reach up: it opens the engine. */
    private static final String FRONT_DOOR = "io.parley.PeerBuilder";

    /** The one package that knows all of Jackson. */
    private static final String JACKSON = "io.parley.codec.jackson";

    /** It knows Jackson's tokens, and must do without the rest, which takes long to load. */
    private static final String LEASES = "io.parley.discovery.local";

    /** It knows Jackson's tokens as well, for payloads that are shown. */
    private static final String PAYLOADS = "io.parley.internal.recorder";

    /** The one package that asks the machine for the time, for chance and for threads. */
    private static final String ENVIRONMENT = "io.parley.environment";

    /** What only {@link #ENVIRONMENT} may call: class name to the members refused, empty for all of them. */
    private static final Map<String, Set<String>> SURROUNDINGS = Map.ofEntries(
            Map.entry("java.lang.System", Set.of("nanoTime", "currentTimeMillis")),
            Map.entry("java.lang.Thread", Set.of("<init>", "sleep")),
            Map.entry("java.lang.Math", Set.of("random")),
            Map.entry("java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system", "tickMillis")),
            Map.entry("java.time.Instant", Set.of("now")),
            Map.entry("java.util.Random", Set.of("<init>")),
            Map.entry("java.util.SplittableRandom", Set.of("<init>")),
            Map.entry("java.security.SecureRandom", Set.of("<init>", "getInstanceStrong")),
            Map.entry("java.util.UUID", Set.of("randomUUID")),
            Map.entry("java.util.Timer", Set.of("<init>")),
            Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of()),
            Map.entry("java.util.concurrent.Executors", Set.of()),
            Map.entry("java.util.concurrent.ThreadPoolExecutor", Set.of("<init>")),
            Map.entry("java.util.concurrent.ScheduledThreadPoolExecutor", Set.of("<init>")),
            Map.entry("java.util.concurrent.ForkJoinPool", Set.of("<init>", "commonPool")));

    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    @Test
    void packagesKnowOnlyTheirOwnRowAndThoseBelow() {
        check(ArchRuleDefinition.classes().should(knowOnlyTheirOwnRowAndThoseBelow()));
    }

    /** Nested classes belong to the class around them. */
    @Test
    void noFilesOfTheEngineKnowEachOtherInCircles() {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass origin : classes) {
            if (isOfEngine(origin)) {
                known.computeIfAbsent(fileOf(origin), file -> new TreeSet<>())
                        .addAll(origin.getDirectDependenciesFromSelf().stream()
                                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                                .filter(ArchitectureTest::isOfEngine)
                                .map(ArchitectureTest::fileOf)
                                .toList());
            }
        }
        known.forEach((file, others) -> others.remove(file));
        // Files that know none of those which are left are in no circle.
        boolean isShrinking = true;
        while (isShrinking) {
            isShrinking = known.values().removeIf(others -> {
                others.retainAll(known.keySet());
                return others.isEmpty();
            });
        }
        assertThat(known).isEmpty();
    }

    private static boolean isOfEngine(JavaClass type) {
        return type.getPackageName().startsWith(ROOT + ".internal.");
    }

    private static String fileOf(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    @Test
    void onlyOnePackageKnowsJackson() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(JACKSON, LEASES, PAYLOADS)
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                        .as("are of Jackson")));
    }

    @Test
    void leasesAndPayloadsAreReadWithoutBindingThem() {
        check(noClasses()
                .that()
                .resideInAnyPackage(LEASES, PAYLOADS)
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson.databind..", "com.fasterxml.jackson..", JACKSON)
                        .as("bind JSON to classes")));
    }

    @Test
    void nothingKnowsTheInsidesOfTheJdk() {
        check(noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("sun..", "jdk.internal..").as("are inside the JDK")));
    }

    @Test
    void onlyTheEnvironmentAsksForTimeChanceAndThreads() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ENVIRONMENT + "..")
                .should()
                .accessTargetWhere(describe("asks for time, chance or threads", ArchitectureTest::asksSurroundings)));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(classes);
    }

    private static boolean asksSurroundings(JavaAccess<?> access) {
        Set<String> members = SURROUNDINGS.get(access.getTargetOwner().getName());
        return members != null
                && (members.isEmpty() || members.contains(access.getTarget().getName()));
    }

    private static ArchCondition<JavaClass> knowOnlyTheirOwnRowAndThoseBelow() {
        return new ArchCondition<>("know only their own row and those below") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                OptionalInt row = rowOf(origin);
                if (origin.getName().equals(FRONT_DOOR)) {
                    return;
                }
                if (row.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(
                            origin, origin.getName() + " is in a package that has no row in ArchitectureTest"));
                    return;
                }
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    OptionalInt targetRow = rowOf(target);
                    if (targetRow.isPresent() && targetRow.getAsInt() > row.getAsInt()) {
                        events.add(SimpleConditionEvent.violated(origin, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static OptionalInt rowOf(JavaClass type) {
        String name = type.getPackageName();
        if (!name.equals(ROOT) && !name.startsWith(ROOT + ".")) {
            return OptionalInt.empty();
        }
        String below = name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
        while (true) {
            for (int row = 0; row < ROWS.size(); row++) {
                if (ROWS.get(row).contains(below)) {
                    return OptionalInt.of(row);
                }
            }
            if (!below.contains(".")) {
                return OptionalInt.empty();
            }
            below = below.substring(0, below.lastIndexOf('.'));
        }
    }
}
