package io.parley.console;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds the packages of this module to their places. */
class ArchitectureTest {

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.parley.console");

    @Test
    void packagesKnowOnlyThoseBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("commands")
                .definedBy("io.parley.console")
                .layer("demo")
                .definedBy("io.parley.console.demo")
                .layer("registrar")
                .definedBy("io.parley.console.registrar")
                .layer("observe")
                .definedBy("io.parley.console.observe")
                .layer("web")
                .definedBy("io.parley.console.web")
                .layer("flow")
                .definedBy("io.parley.console.flow")
                .layer("terminal")
                .definedBy("io.parley.console.terminal")
                .layer("json")
                .definedBy("io.parley.console.json")
                .whereLayer("commands")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("demo")
                .mayOnlyBeAccessedByLayers("commands")
                .whereLayer("registrar")
                .mayOnlyBeAccessedByLayers("commands")
                .whereLayer("observe")
                .mayOnlyBeAccessedByLayers("commands")
                .whereLayer("web")
                .mayOnlyBeAccessedByLayers("commands")
                .whereLayer("flow")
                .mayOnlyBeAccessedByLayers("commands", "demo", "observe", "web")
                .whereLayer("terminal")
                .mayOnlyBeAccessedByLayers("commands", "demo", "registrar", "observe", "flow")
                .whereLayer("json")
                .mayOnlyBeAccessedByLayers("commands", "demo", "observe", "flow", "web")
                .check(classes);
    }

    @Test
    void onlyOnePackageKnowsJackson() {
        noClasses()
                .that(resideInAPackage("io.parley.console..")
                        .and(resideInAPackage("io.parley.console.json").negate()))
                .should()
                .dependOnClassesThat(resideInAnyPackage("tools.jackson..", "com.fasterxml.."))
                .check(classes);
    }

    @Test
    void onlyOneClassKnowsYaml() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.parley\\.console\\.registrar\\.YamlReader(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAPackage("org.snakeyaml.."))
                .check(classes);
    }

    @Test
    void onlyTheCommandsKnowPicocli() {
        noClasses()
                .that(resideInAPackage("io.parley.console").negate())
                .should()
                .dependOnClassesThat(resideInAPackage("picocli.."))
                .check(classes);
    }
}
