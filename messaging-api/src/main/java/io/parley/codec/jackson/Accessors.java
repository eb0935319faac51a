package io.parley.codec.jackson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.module.blackbird.BlackbirdModule;

/**
 * Has Jackson read and write an application's types by generated code instead of reflection. That code stands beside the type and calls
 * back, so both must see each other: they do where all is on one class path. Types in named modules, which are open to Jackson alone, and
 * those of class loaders that know no Blackbird are left to reflection.
 *
 * <p>Immutable.
 */
final class Accessors extends BlackbirdModule {

    private static final long serialVersionUID = 1L;

    @Override
    protected Function<Class<?>, @Nullable Lookup> findLookup() {
        return Accessors::lookInto;
    }

    private static @Nullable Lookup lookInto(Class<?> type) {
        boolean named =
                type.getModule().isNamed() || Accessors.class.getModule().isNamed();
        if (named || type.isHidden() || !seesBlackbird(type.getClassLoader())) {
            return null;
        }
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    private static boolean seesBlackbird(ClassLoader loader) {
        try {
            return Class.forName(BlackbirdModule.class.getName(), false, loader) == BlackbirdModule.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
