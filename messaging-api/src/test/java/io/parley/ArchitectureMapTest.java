package io.parley;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the pages {@code architecture.md} and {@code design.md} and the descriptions of rooms to the compiled classes. */
class ArchitectureMapTest {

    private static final String API = "io.parley";
    private static final String ENGINE = API + ".internal";

    /** Opens the engine, and is the one class of the API that knows it. */
    private static final String FRONT_DOOR = API + ".PeerBuilder";

    private static final Path ROOT = Path.of("..");
    private static final Path MAP = ROOT.resolve("docs").resolve("architecture.md");
    private static final Path DESIGN = ROOT.resolve("docs").resolve("design.md");
    private static final Path ROOMS = Path.of("src", "main", "java", "io", "parley", "internal");

    private static final String BEGIN = "<!-- drawing: rooms -->\n```text\n";
    private static final String END = "```\n<!-- /drawing -->";
    private static final String LINE = "    --- API and SPI ---\n";
    private static final int WIDTH = 118;

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CODE = Pattern.compile("\\{@code ([^}]+)}");
    private static final Pattern IN_ROOM = Pattern.compile("([a-z]+)\\.([A-Z]\\w*)(?:\\.(\\w+))?");
    private static final Pattern SIMPLE = Pattern.compile("([A-Z][a-z]\\w*)(?:\\.\\w+)*");

    private static JavaClasses classes;
    private static Set<String> rooms;
    private static Set<String> sources;

    @BeforeAll
    static void read() throws IOException {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(API);
        rooms = new TreeSet<>();
        for (JavaClass type : classes) {
            if (isOfEngine(type)) {
                rooms.add(unitOf(type));
            }
        }
        sources = simpleNamesOfSources();
    }

    @Test
    void drawingShowsTheImportsAsTheyAre() throws IOException {
        String expected = BEGIN + drawing() + END;
        assertThat(Files.readString(MAP))
                .as("The packages have changed. Put this into %s:%n%s%n", MAP, expected)
                .contains(expected);
    }

    @Test
    void pagesNameClassesThatExist() throws IOException {
        for (Path page : List.of(MAP, DESIGN)) {
            String prose = FENCED.matcher(Files.readString(page)).replaceAll("");
            assertThat(unknown(QUOTED.matcher(prose).results()))
                    .as("Names in %s without a class; the engine's are written as room.Class", page)
                    .isEmpty();
        }
    }

    @Test
    void mapTellsThePurposeOfEachRoom() throws IOException {
        String map = Files.readString(MAP);
        assertThat(rooms).allSatisfy(room -> assertThat(map).contains("\n| `" + room + "` | "));
    }

    @Test
    void roomsNameClassesThatExist() throws IOException {
        for (String room : rooms) {
            assertThat(unknown(CODE.matcher(description(room)).results()))
                    .as("Names in the room %s without a class; the engine's are written as room.Class", room)
                    .isEmpty();
        }
    }

    @Test
    void roomsTellWhatComesInAndGoesOutOnWhichThreads() throws IOException {
        for (String room : rooms) {
            assertThat(description(room))
                    .as("package-info.java of %s", room)
                    .contains("<p><b>In:</b>", "<p><b>Out:</b>", "<p><b>Threads:</b>");
        }
    }

    private static String description(String room) throws IOException {
        return Files.readString(ROOMS.resolve(room).resolve("package-info.java"))
                .replaceAll("\\s+\\*?\\s*", " ");
    }

    /** Returns the names without a class: {@code room.Class} is of the engine, {@code Class} of anything else in the sources. */
    private static List<String> unknown(Stream<MatchResult> names) {
        return names.map(name -> name.group(1).strip())
                .distinct()
                .filter(name -> !isKnown(name))
                .toList();
    }

    private static boolean isKnown(String name) {
        var inRoom = IN_ROOM.matcher(name);
        if (inRoom.matches()) {
            String type = ENGINE + '.' + inRoom.group(1) + '.' + inRoom.group(2);
            return classes.contain(type) && (inRoom.group(3) == null || hasMember(type, inRoom.group(3)));
        }
        var simple = SIMPLE.matcher(name);
        return !simple.matches() || (sources.contains(simple.group(1)) && !isOnlyInEngine(simple.group(1)));
    }

    private static boolean hasMember(String type, String member) {
        return classes.contain(type + '$' + member)
                || classes.get(type).getAllMembers().stream()
                        .anyMatch(each -> each.getName().equals(member));
    }

    private static boolean isOnlyInEngine(String simpleName) {
        List<JavaClass> all = classes.stream()
                .filter(type -> type.getSimpleName().equals(simpleName))
                .toList();
        return !all.isEmpty() && all.stream().allMatch(ArchitectureMapTest::isOfEngine);
    }

    private static Set<String> simpleNamesOfSources() throws IOException {
        var names = new HashSet<String>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean isSkipped = name.equals("target") || (name.startsWith(".") && !directory.equals(ROOT));
                return isSkipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java")) {
                    names.add(name.substring(0, name.length() - ".java".length()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return names;
    }

    private static boolean isOfEngine(JavaClass type) {
        return type.getPackageName().startsWith(ENGINE + '.');
    }

    /** Returns the room, or the package of the API, that a class belongs to, together with the packages below it. */
    private static String unitOf(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(API)) {
            return API;
        }
        String below = name.substring((isOfEngine(type) ? ENGINE : API).length() + 1);
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    private static boolean isOfModule(JavaClass type) {
        return type.getPackageName().equals(API) || type.getPackageName().startsWith(API + '.');
    }

    private static String drawing() {
        var engine = new TreeMap<String, Set<String>>();
        var api = new TreeMap<String, Set<String>>();
        for (JavaClass type : classes) {
            if (type.getSimpleName().equals("package-info")) {
                continue;
            }
            Set<String> imports =
                    (isOfEngine(type) ? engine : api).computeIfAbsent(unitOf(type), unseen -> new TreeSet<>());
            if (type.getName().equals(FRONT_DOOR)) {
                continue;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (isOfModule(target)
                        && isOfEngine(target) == isOfEngine(type)
                        && !unitOf(target).equals(unitOf(type))) {
                    imports.add(unitOf(target));
                }
            }
        }
        Map<String, Integer> levelsOfApi = levels(api, 1);
        int top = levelsOfApi.values().stream().mapToInt(level -> level).max().orElse(0);
        return draw(engine, levels(engine, top + 1)) + LINE + draw(api, levelsOfApi);
    }

    /** Returns the level of each unit: one above the highest of those that it imports. */
    private static Map<String, Integer> levels(Map<String, Set<String>> imports, int lowest) {
        var levels = new LinkedHashMap<String, Integer>();
        for (int level = lowest; levels.size() < imports.size(); level++) {
            var next = new ArrayList<String>();
            imports.forEach((unit, imported) -> {
                if (!levels.containsKey(unit) && levels.keySet().containsAll(imported)) {
                    next.add(unit);
                }
            });
            assertThat(next)
                    .as("Some of these import each other: %s", without(levels.keySet(), imports.keySet()))
                    .isNotEmpty();
            for (String unit : next) {
                levels.put(unit, level);
            }
        }
        return levels;
    }

    private static Set<String> without(Set<String> some, Set<String> all) {
        var rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static String draw(Map<String, Set<String>> imports, Map<String, Integer> levels) {
        Comparator<String> downwards =
                Comparator.<String>comparingInt(levels::get).reversed().thenComparing(Comparator.naturalOrder());
        int width = imports.keySet().stream().mapToInt(String::length).max().orElse(0);
        var drawing = new StringBuilder();
        int before = 0;
        for (String unit : imports.keySet().stream().sorted(downwards).toList()) {
            int level = levels.get(unit);
            drawing.append(level == before ? "    " : String.format("%2d  ", level));
            before = level;
            String imported = imports.get(unit).stream().sorted(downwards).collect(joining(" "));
            drawing.append(unit);
            if (!imported.isEmpty()) {
                drawing.append(" ".repeat(width - unit.length())).append(" -> ");
                append(imported, width + 8, drawing);
            }
            drawing.append('\n');
        }
        return drawing.toString();
    }

    private static void append(String words, int indent, StringBuilder to) {
        int at = indent;
        for (String word : words.split(" ")) {
            if (at > indent && at + 1 + word.length() > WIDTH) {
                to.append('\n').append(" ".repeat(indent));
                at = indent;
            } else if (at > indent) {
                to.append(' ');
                at++;
            }
            to.append(word);
            at += word.length();
        }
    }
}
