package io.parley.console.registrar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Takes YAML apart, and notes each mistake with its line and where in the document it is. What it cannot give back because of a mistake
 * is left out, so that the mistakes after it are found too. Confined to one thread.
 */
final class YamlReader {

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_SHOWN = 40;

    private static final LoadSettings SETTINGS = LoadSettings.builder().build();

    private record Mistake(int line, String text) {}

    private final List<Mistake> mistakes = new ArrayList<>();

    /** A part of the document, and what leads to it, such as {@code services.orders[1]}. */
    record Part(Node node, String path) {}

    /** The whole document, if there is one. */
    Optional<Part> document(String text) {
        if (text.length() > MOST_CHARACTERS) {
            mistakes.add(new Mistake(1, "there are more than " + MOST_CHARACTERS + " characters in it"));
            return Optional.empty();
        }
        try {
            var parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
            Optional<Node> root = new Composer(SETTINGS, parser).getSingleNode();
            if (root.isEmpty()) {
                mistakes.add(new Mistake(1, "there is nothing in it"));
            }
            return root.map(node -> new Part(node, ""));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            mistakes.add(new Mistake(line, "no YAML: " + oneLine(e.getProblem())));
        } catch (YamlEngineException e) {
            mistakes.add(new Mistake(1, "no YAML: " + oneLine(e.getMessage())));
        }
        return Optional.empty();
    }

    /** The parts of a mapping by their keys, which have to be among {@code known}. */
    Map<String, Part> mapping(Part part, Set<String> known) {
        Map<String, Part> parts = mapping(part);
        parts.entrySet().removeIf(each -> {
            boolean isUnknown = !known.contains(each.getKey());
            if (isUnknown) {
                mistake(
                        each.getValue(),
                        "is not known here, but "
                                + String.join(", ", known.stream().sorted().toList()));
            }
            return isUnknown;
        });
        return parts;
    }

    /** The parts of a mapping by their keys, whatever those are. */
    Map<String, Part> mapping(Part part) {
        var parts = new LinkedHashMap<String, Part>();
        if (!(part.node instanceof MappingNode mapping)) {
            mistake(part, "should be a mapping (key: value)");
            return parts;
        }
        for (NodeTuple each : mapping.getValue()) {
            String prefix = part.path.isEmpty() ? "" : part.path + '.';
            if (!(each.getKeyNode() instanceof ScalarNode key)) {
                mistake(new Part(each.getKeyNode(), part.path), "has a key that is no text");
                continue;
            }
            var value = new Part(each.getValueNode(), prefix + shown(key.getValue()));
            if (parts.putIfAbsent(key.getValue(), value) != null) {
                mistake(new Part(key, value.path), "is there twice");
            }
        }
        return parts;
    }

    List<Part> sequence(Part part) {
        var parts = new ArrayList<Part>();
        if (part.node instanceof SequenceNode sequence) {
            for (Node each : sequence.getValue()) {
                parts.add(new Part(each, part.path + '[' + parts.size() + ']'));
            }
        } else {
            mistake(part, "should be a list (- …)");
        }
        return parts;
    }

    /** The text of a scalar, of whatever type; none if it is empty. */
    Optional<String> text(Part part) {
        if (part.node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            return Optional.of(scalar.getValue());
        }
        mistake(part, part.node instanceof ScalarNode ? "has no value" : "should be a single value");
        return Optional.empty();
    }

    void mistake(Part part, String what) {
        int line = part.node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        mistakes.add(new Mistake(line, part.path.isEmpty() ? "the document " + what : part.path + ' ' + what));
    }

    void requireNone() throws ConfigException {
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes.stream()
                    .sorted(Comparator.comparingInt(Mistake::line))
                    .map(mistake -> "line " + mistake.line + ": " + mistake.text)
                    .toList());
        }
    }

    /** A value to be named in a mistake. */
    static String shown(String text) {
        return oneLine(text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + '…');
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).replaceAll("\\s+", " ").strip();
    }
}
