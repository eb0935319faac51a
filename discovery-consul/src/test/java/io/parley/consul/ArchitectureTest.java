package io.parley.consul;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Holds the packages of this module to their places. */
class ArchitectureTest {

    private static final String GATEWAY = "io.parley.consul.gateway";

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.parley.consul");

    @Test
    void theGatewayKnowsNothingOfWhatItIsUsedFor() {
        noClasses()
                .that()
                .resideInAPackage(GATEWAY)
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.parley.consul", "io.parley", "io.parley.channel"))
                .check(classes);
    }

    @Test
    void onlyTheGatewayKnowsTheNetwork() {
        noClasses()
                .that()
                .resideOutsideOfPackage(GATEWAY)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net..", "javax.net..", "org.apache.hc.."))
                .check(classes);
    }

    @Test
    void onlyOneClassKnowsJackson() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ConsulJson")
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson.."))
                .check(classes);
    }

    @Test
    void nothingHereReadsTheWallClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(classes);
    }
}
