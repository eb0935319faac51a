package io.parley.samples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Holds every Markdown file of the repository to the sources it quotes. A block follows a comment
 * {@code <!-- snippet: path/from/root#tag -->} and is the region between {@code tag::tag[]} and {@code end::tag[]} there, less its
 * common indentation and the tags within. Blocks of Java have to have such a comment, others may.
 */
class SnippetsTest {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", ".")).resolve("..").normalize();
    private static final Pattern MARKER = Pattern.compile("<!-- snippet: ([^#\\s]+)#([\\w-]+) -->");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:|mailto:|#)([^)#\\s]+)(?:#[^)\\s]*)?\\)");
    private static final Pattern DEPENDENCY = Pattern.compile(
            "<groupId>io\\.parley</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final String FENCE = "```";

    /** A block of a Markdown file that quotes a source. */
    private record Snippet(Path page, int line, String source, String tag, List<String> text) {

        @Override
        public String toString() {
            return ROOT.relativize(page) + ", line " + line;
        }
    }

    private final List<String> unmarked = new ArrayList<>();

    @Test
    void everySnippetIsWhatItsSourceSays() throws IOException {
        for (Path page : pages()) {
            for (Snippet snippet : snippetsOf(page)) {
                assertThat(String.join("\n", snippet.text()))
                        .as("%s, which quotes %s#%s", snippet, snippet.source(), snippet.tag())
                        .isEqualTo(String.join("\n", region(snippet)));
            }
        }
        assertThat(unmarked).as("blocks of Java that quote no source").isEmpty();
    }

    @Test
    void everyLinkToAFileLeadsToOne() throws IOException {
        var broken = new ArrayList<String>();
        for (Path page : pages()) {
            LINK.matcher(withoutBlocks(page)).results().forEach(link -> {
                if (!Files.exists(page.resolveSibling(link.group(1)).normalize())) {
                    broken.add(ROOT.relativize(page) + ": " + link.group(1));
                }
            });
        }
        assertThat(broken).as("links that lead nowhere").isEmpty();
    }

    @Test
    void whatIsToBeDependedUponIsAModuleOfThisBuild() throws IOException {
        var modules = new ArrayList<String>();
        for (String module : all(MODULE, Files.readString(ROOT.resolve("pom.xml")))) {
            String own = Files.readString(ROOT.resolve(module).resolve("pom.xml"));
            String version = all(DEPENDENCY, own).get(0).split(":")[1];
            var name = Pattern.compile("</parent>\\s*<artifactId>([^<]+)</artifactId>")
                    .matcher(own);
            assertThat(name.find()).as(module).isTrue();
            modules.add(name.group(1) + ':' + version);
        }
        for (Path page : pages()) {
            assertThat(modules)
                    .as("modules, of which %s names some", ROOT.relativize(page))
                    .containsAll(all(DEPENDENCY, Files.readString(page)));
        }
    }

    /** The groups of all that match, joined by colons. */
    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.groupCount() == 1 ? match.group(1) : match.group(1) + ':' + match.group(2))
                .toList();
    }

    private List<Snippet> snippetsOf(Path page) throws IOException {
        var snippets = new ArrayList<Snippet>();
        List<String> lines = Files.readAllLines(page);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith(FENCE)) {
                continue;
            }
            int end = i + 1;
            while (end < lines.size() && !lines.get(end).startsWith(FENCE)) {
                end++;
            }
            var marker = MARKER.matcher(i == 0 ? "" : lines.get(i - 1));
            if (marker.matches()) {
                snippets.add(new Snippet(page, i + 1, marker.group(1), marker.group(2), lines.subList(i + 1, end)));
            } else if (lines.get(i).equals(FENCE + "java")) {
                unmarked.add(ROOT.relativize(page) + ", line " + (i + 1));
            }
            i = end;
        }
        return snippets;
    }

    private static List<String> region(Snippet snippet) throws IOException {
        Path source = ROOT.resolve(snippet.source());
        assertThat(source).as("the source that %s quotes", snippet).isRegularFile();
        var region = new ArrayList<String>();
        boolean within = false;
        boolean ended = false;
        for (String line : Files.readAllLines(source)) {
            if (line.contains("tag::" + snippet.tag() + "[]")) {
                within = true;
            } else if (line.contains("end::" + snippet.tag() + "[]")) {
                within = false;
                ended = true;
            } else if (within && !line.contains("tag::") && !line.contains("end::")) {
                region.add(line);
            }
        }
        assertThat(ended)
                .as("%s finds the end of #%s in %s", snippet, snippet.tag(), source)
                .isTrue();
        int indentation = region.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return region.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indentation))
                .toList();
    }

    private static String withoutBlocks(Path page) throws IOException {
        var text = new StringBuilder();
        boolean within = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith(FENCE)) {
                within = !within;
            } else if (!within) {
                text.append(line.replaceAll("`[^`]*`", "")).append('\n');
            }
        }
        return text.toString();
    }

    private static List<Path> pages() throws IOException {
        var pages = new ArrayList<Path>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name =
                        directory.equals(ROOT) ? "" : directory.getFileName().toString();
                return name.startsWith(".") || name.equals("target")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    pages.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(pages).as("pages below %s", ROOT.toAbsolutePath()).isNotEmpty();
        pages.sort(null);
        return pages;
    }
}
