package io.parley.codec.jackson;

import io.parley.codec.CodecException;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Says what went wrong in words that may be shown to the other side: the place and the kind, never the content, which may be
 * secret. What Jackson said is in the cause, for this side's eyes.
 */
final class Problem {

    private static final int LONGEST = 300;
    private static final int LONGEST_PATH = 120;
    private static final Pattern TYPE_NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,62}");

    private Problem() {}

    static CodecException ofReading(Class<?> type, Throwable e) {
        return exception("Not a " + type.getSimpleName() + ": " + readingReason(e), e);
    }

    static CodecException ofWriting(Class<?> type, Throwable e) {
        return exception("A " + type.getSimpleName() + " cannot be written as JSON: " + writingReason(e), e);
    }

    private static String readingReason(Throwable e) {
        if (e instanceof StackOverflowError) {
            return "nested too deeply";
        }
        if (!(e instanceof JacksonException jackson)) {
            return "it could not be made from what is there";
        }
        if (e instanceof StreamConstraintsException) {
            return "a limit is exceeded" + place(jackson) + ": " + jackson.getOriginalMessage();
        }
        if (e instanceof StreamReadException) {
            return "malformed JSON" + place(jackson);
        }
        if (e instanceof InvalidTypeIdException unknown) {
            String id = unknown.getTypeId();
            if (id == null) {
                return "no type is named" + place(jackson);
            }
            return (TYPE_NAME.matcher(id).matches() ? "the type \"" + id + "\"" : "the type named")
                    + " is not a permitted one" + place(jackson);
        }
        if (e instanceof ValueInstantiationException refused) {
            return (refused.getType() == null
                            ? "it"
                            : refused.getType().getRawClass().getSimpleName()) + " refuses its values" + place(jackson);
        }
        if (e instanceof InvalidDefinitionException definition) {
            // What Jackson says of it may hold content.
            var target = definition.getType();
            return (target == null ? "it" : target.getRawClass().getSimpleName())
                    + " is not of a kind that can be read from JSON" + place(jackson);
        }
        if (e instanceof MismatchedInputException mismatch) {
            Class<?> target = mismatch.getTargetType();
            return "something else than expected" + (target == null ? "" : " (" + target.getSimpleName() + ")")
                    + place(jackson);
        }
        return "it could not be made from what is there" + place(jackson);
    }

    private static String writingReason(Throwable e) {
        if (e instanceof StackOverflowError || e instanceof StreamConstraintsException) {
            return "nested too deeply, or within itself";
        }
        if (e instanceof InvalidDefinitionException definition) {
            return definition.getOriginalMessage();
        }
        Throwable cause = e instanceof JacksonException && e.getCause() != null ? e.getCause() : e;
        return cause.getClass().getSimpleName() + (e instanceof JacksonException jackson ? place(jackson) : "");
    }

    /** Where in the value, and where in the text. */
    private static String place(JacksonException e) {
        var place = new StringBuilder();
        var path = path(e);
        if (!path.isEmpty()) {
            place.append(" at ").append(path);
        }
        TokenStreamLocation location = e.getLocation();
        if (location != null && location.getLineNr() > 0) {
            place.append(" (line ")
                    .append(location.getLineNr())
                    .append(", column ")
                    .append(location.getColumnNr())
                    .append(')');
        }
        return place.toString();
    }

    private static String path(JacksonException e) {
        var path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                // A map's keys are content.
                boolean key = step.from() instanceof Map || step.from() == Map.class;
                path.append(path.isEmpty() ? "" : ".").append(key ? "*" : step.getPropertyName());
            }
            if (path.length() > LONGEST_PATH) {
                return path.substring(0, LONGEST_PATH) + "…";
            }
        }
        return path.toString();
    }

    private static CodecException exception(String text, Throwable cause) {
        String flat = text.replaceAll("\\s+", " ");
        return new CodecException(flat.length() <= LONGEST ? flat : flat.substring(0, LONGEST) + "…", cause);
    }
}
