package io.parley.codec.jackson;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Treats sealed types and what they permit as if they were annotated: a property {@code type} with the simple name. Asked after
 * Jackson's own annotations. Immutable.
 */
final class SealedTypes extends NopAnnotationIntrospector {

    private static final long serialVersionUID = 1L;
    private static final String PROPERTY = "type";

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        if (!(annotated instanceof AnnotatedClass)
                || annotated.hasAnnotation(JsonDeserialize.class)
                || annotated.hasAnnotation(JsonSerialize.class)) {
            return null;
        }
        List<Class<?>> roots = sealedRoots(annotated.getRawType());
        if (roots.isEmpty()) {
            return null;
        }
        roots.forEach(SealedTypes::requireClearNames);
        // A type that stands for itself alone may come without the property, as from a peer that knows no hierarchy.
        return JsonTypeInfo.Value.construct(
                JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, PROPERTY, null, false, false, null);
    }

    @Override
    public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass type) {
        return sealedRoots(type.getRawType()).isEmpty()
                ? null
                : type.getRawType().getSimpleName();
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
        // Jackson finds permitted types by itself.
        return null;
    }

    /** The sealed types of the application that {@code type} is or is permitted by, the type itself included. */
    private static List<Class<?>> sealedRoots(Class<?> type) {
        var roots = new ArrayList<Class<?>>();
        collectRoots(type, roots);
        return roots;
    }

    private static void collectRoots(@Nullable Class<?> type, List<Class<?>> roots) {
        if (type == null || type.isPrimitive() || type.isArray() || isOfTheJdk(type)) {
            return;
        }
        // An enumeration whose constants have bodies is sealed too, and means nothing by it.
        if (type.isSealed() && !type.isEnum()) {
            roots.add(type);
        }
        collectRoots(type.getSuperclass(), roots);
        for (Class<?> above : type.getInterfaces()) {
            collectRoots(above, roots);
        }
    }

    /** Even {@code String} is permitted by a sealed type, {@code ConstantDesc}. */
    private static boolean isOfTheJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static void requireClearNames(Class<?> root) {
        var byName = new HashMap<String, Class<?>>();
        collectPermitted(root, byName);
    }

    private static void collectPermitted(Class<?> type, Map<String, Class<?>> byName) {
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isSealed() && !permitted.isEnum()) {
                collectPermitted(permitted, byName);
                continue;
            }
            Class<?> other = byName.put(permitted.getSimpleName(), permitted);
            if (other != null && other != permitted) {
                throw new IllegalArgumentException(other.getName() + " and " + permitted.getName()
                        + " have the same simple name: tell them apart with @JsonTypeInfo and @JsonTypeName");
            }
            if (permitted.isRecord()) {
                for (RecordComponent component : permitted.getRecordComponents()) {
                    if (component.getName().equals(PROPERTY)) {
                        throw new IllegalArgumentException(permitted.getName()
                                + " has a component \"type\", where its own name would stand: rename it, or put"
                                + " @JsonTypeInfo on the sealed type");
                    }
                }
            }
        }
    }
}
