package io.parley.discovery.local;

import io.parley.discovery.DiscoveryException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The directory that holds a mesh's leases, and all that is done to files in it. Symbolic links are never followed. Immutable. */
final class LeaseDirectory {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private static volatile @Nullable UserPrincipal self;

    private final Path path;

    /** A directory above {@link #path} that must be as private as it, or null. */
    private final @Nullable Path base;

    private LeaseDirectory(Path path, @Nullable Path base) {
        this.path = path;
        this.base = base;
    }

    static LeaseDirectory at(Path path) {
        return new LeaseDirectory(path, null);
    }

    /** @throws DiscoveryException if the surroundings name no directory that could be used */
    static LeaseDirectory ofMesh(String mesh) {
        Path base = base(
                System.getenv(),
                Path.of(System.getProperty("java.io.tmpdir")),
                System.getProperty("user.name"),
                LeaseDirectory::isOwnDirectory);
        return new LeaseDirectory(base.resolve(mesh), base);
    }

    /** Where this user's meshes are. */
    static Path base(Map<String, String> variables, Path temporary, String user, Predicate<Path> usable) {
        String home = variables.getOrDefault("PARLEY_HOME", "");
        if (!home.isEmpty()) {
            Path path = Path.of(home);
            if (!path.isAbsolute()) {
                throw new DiscoveryException("PARLEY_HOME is not an absolute path: " + home);
            }
            return path.normalize();
        }
        String runtime = variables.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            Path path = Path.of(runtime);
            if (path.isAbsolute() && usable.test(path)) {
                return path.resolve("parley");
            }
        }
        return temporary.toAbsolutePath().resolve("parley-" + user);
    }

    Path path() {
        return path;
    }

    /**
     * The one path by which it is known, however it was named.
     *
     * @throws DiscoveryException if it is gone
     */
    Path realPath() {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new DiscoveryException("The directory " + path + " cannot be looked at: " + e, e);
        }
    }

    /**
     * Creates the directory if it is not there.
     *
     * @throws DiscoveryException if it cannot be created, is no directory, belongs to another user or others may write to it
     */
    void prepare() {
        if (base != null) {
            create(base);
            requirePrivate(base);
        }
        create(path);
        requirePrivate(path);
    }

    /**
     * What is known of the directory itself.
     *
     * @throws IOException if it is gone, or something else has taken its place
     */
    BasicFileAttributes attributes() throws IOException {
        BasicFileAttributes attributes = attributes(path);
        if (!attributes.isDirectory()) {
            throw refused(
                    attributes.isSymbolicLink()
                            ? "it is a symbolic link now, which is not followed for safety"
                            : "it is no directory any more");
        }
        return attributes;
    }

    /**
     * Looks anew whether the directory can be used. It may have been replaced since {@link #prepare}.
     *
     * @throws IOException if it is gone or must not be used
     */
    void check() throws IOException {
        attributes();
        try {
            if (base != null) {
                requirePrivate(base);
            }
            requirePrivate(path);
        } catch (DiscoveryException e) {
            FileSystemException refused = refused(String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }

    private FileSystemException refused(String reason) {
        return new FileSystemException(path.toString(), null, reason);
    }

    /** As long as this is open, no other directory is given this one's number, its file key. */
    Closeable anchor() throws IOException {
        return POSIX ? Files.newDirectoryStream(path) : () -> {};
    }

    /** What is known of a file in it. */
    BasicFileAttributes attributes(String fileName) throws IOException {
        return attributes(path.resolve(fileName));
    }

    /** The names of all files that end in {@code suffix}. */
    List<String> list(String suffix) throws IOException {
        var names = new ArrayList<String>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            for (Path file : stream) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(suffix)) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** The content of a file; at most {@code limit} bytes of it and one more. */
    byte[] read(String fileName, int limit) throws IOException {
        return UninterruptedFiles.call(() -> readOnce(fileName, limit));
    }

    private byte[] readOnce(String fileName, int limit) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(path.resolve(fileName), READ)) {
            var buffer = ByteBuffer.allocate((int) Math.min(channel.size(), limit) + 1);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Reads on to the end.
            }
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        }
    }

    /** Puts a file in the place of what is there, all at once, and returns what it is known by then. */
    Stamp write(String fileName, byte[] bytes, Instant modified, long random) throws IOException {
        return UninterruptedFiles.call(() -> writeOnce(fileName, bytes, modified, random));
    }

    private Stamp writeOnce(String fileName, byte[] bytes, Instant modified, long random) throws IOException {
        check();
        Path temporary = path.resolve('.' + fileName + '.' + HexFormat.of().toHexDigits(random) + ".tmp");
        try {
            try (SeekableByteChannel channel = Files.newByteChannel(temporary, CREATE, permissions("rw-------"))) {
                var buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            setModified(temporary, modified);
            Stamp stamp = Stamp.of(attributes(temporary));
            Files.move(temporary, path.resolve(fileName), StandardCopyOption.ATOMIC_MOVE);
            return stamp;
        } catch (IOException | RuntimeException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    void touch(String fileName, Instant modified) throws IOException {
        check();
        setModified(path.resolve(fileName), modified);
    }

    void delete(String fileName) throws IOException {
        check();
        Files.deleteIfExists(path.resolve(fileName));
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void setModified(Path file, Instant modified) throws IOException {
        var time = FileTime.from(modified);
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, null); // to leave the time of access alone would take another system call
    }

    private static void create(Path directory) {
        try {
            Path parent = directory.getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                create(parent);
            }
            Files.createDirectory(directory, permissions("rwx------"));
        } catch (FileAlreadyExistsException e) {
            // It is looked at next.
        } catch (IOException e) {
            throw new DiscoveryException("The directory " + directory + " cannot be created: " + e, e);
        }
    }

    private static void requirePrivate(Path directory) {
        try {
            if (!POSIX) {
                if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    throw new DiscoveryException(directory + " is not a directory");
                }
                return;
            }
            PosixFileAttributes attributes =
                    Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                throw new DiscoveryException(directory + " is a symbolic link, which is not followed for safety");
            }
            if (!attributes.isDirectory()) {
                throw new DiscoveryException(directory + " is not a directory");
            }
            UserPrincipal self = self();
            if (self != null && !attributes.owner().equals(self)) {
                throw new DiscoveryException("The directory " + directory + " belongs to "
                        + attributes.owner().getName() + ", not to " + self.getName());
            }
            Set<PosixFilePermission> permissions = attributes.permissions();
            if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new DiscoveryException("Others may write to the directory " + directory + " ("
                        + PosixFilePermissions.toString(permissions) + "): take that right away, or use another");
            }
        } catch (NoSuchFileException e) {
            throw new DiscoveryException("The directory " + directory + " is gone again", e);
        } catch (IOException e) {
            throw new DiscoveryException("The directory " + directory + " cannot be looked at: " + e, e);
        }
    }

    private static boolean isOwnDirectory(Path directory) {
        try {
            UserPrincipal self = self();
            return Files.isDirectory(directory)
                    && (self == null || Files.getOwner(directory).equals(self));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static FileAttribute<?>[] permissions(String text) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))}
                : new FileAttribute<?>[0];
    }

    /** Who this process runs as: whoever a new file belongs to. Null where files have no owners. */
    private static @Nullable UserPrincipal self() {
        UserPrincipal known = self;
        if (known == null && POSIX) {
            try {
                Path probe = Files.createTempFile("parley-", ".probe");
                try {
                    known = Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
                } finally {
                    Files.deleteIfExists(probe);
                }
            } catch (IOException e) {
                throw new DiscoveryException(
                        "No file can be created in " + System.getProperty("java.io.tmpdir")
                                + ", so it is not known who this process runs as",
                        e);
            }
            self = known;
        }
        return known;
    }
}
