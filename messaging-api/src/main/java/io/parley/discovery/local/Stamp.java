package io.parley.discovery.local;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * By which it is seen that a file is not as it was. Immutable.
 *
 * @param key the file's number, or null where files have none
 */
record Stamp(FileTime modified, long size, @Nullable Object key) {

    static Stamp of(BasicFileAttributes attributes) {
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** Whether the two differ in their time at most, as a renewal makes them. */
    boolean isOfSameFileAs(@Nullable Stamp other) {
        return other != null && size == other.size && Objects.equals(key, other.key);
    }
}
