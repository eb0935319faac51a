package io.parley.zmq;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the packages of this module to their places. */
class ArchitectureTest {

    /** The one package that knows JeroMQ. */
    private static final String JEROMQ = "io.parley.zmq.socket";

    @Test
    void onlyOnePackageKnowsJeroMq() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.parley.zmq");
        noClasses()
                .that()
                .resideOutsideOfPackage(JEROMQ)
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.zeromq..", "zmq..").as("are of JeroMQ"))
                .allowEmptyShould(true)
                .check(classes);
    }
}
