package io.parley.discovery.local;

import io.parley.discovery.DiscoveryException;
import io.parley.environment.Environment;
import io.parley.environment.Pool;
import io.parley.environment.Safely;
import io.parley.time.Timers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shared state of all resolvers and registries of one directory in one environment, so that many peers in a process cost hardly
 * more than one: a scan, and a timer that wakes a pool of one thread, which reads the directory and renews the leases. Nothing
 * here needs real time or a thread of its own. Watchers are called in another pool, as a slow one must not keep leases from being renewed.
 * The first member opens all of this and the last one closes it.
 *
 * <p>Thread-safe.
 */
final class SharedDirectory {

    private static final Logger LOG = System.getLogger(LocalDirectoryDiscovery.class.getName());

    /** More than one, so that a watcher that takes its time does not hold up all others. */
    private static final int WATCHER_THREADS = 4;

    private static final long LONGEST_LOOK_SECONDS = 1;

    /**
     * Those with members, by environment and real path. A directory in use is held by its timer; an environment that is given up, as
     * a simulation at its end, takes with it what was never closed. Guards itself and all members.
     */
    private static final Map<Environment, Map<Path, WeakReference<SharedDirectory>>> IN_USE = new WeakHashMap<>();

    final LeaseDirectory directory;
    final LeaseScan scan;
    final Environment environment;
    final Pool watchers;

    private final Path realPath;
    private final Pool looks;
    private final Timers timers;
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final List<DirectoryResolver> resolvers = new CopyOnWriteArrayList<>();
    private final List<DirectoryRegistry> registries = new CopyOnWriteArrayList<>();
    private final AtomicBoolean lookRequested = new AtomicBoolean();
    private final AtomicBoolean isRoundDue = new AtomicBoolean();
    private final Object lock = new Object();
    /** Held while something is done in {@link #looks}. */
    private final ReentrantLock looking = new ReentrantLock();

    private Timers.@Nullable Timer timer;
    private volatile boolean closed;

    /** The services watched, the scan's version that watches know, and whether the last look failed; confined to the thread that looks. */
    private final Set<String> wanted = new HashSet<>();

    private long toldVersion;
    private boolean failing;

    /** Confined to the thread that looks. */
    private long sweptAt;

    private SharedDirectory(LeaseDirectory directory, Path realPath, Environment environment) {
        this.directory = directory;
        this.realPath = realPath;
        this.environment = environment;
        this.scan = new LeaseScan(directory, environment.time());
        this.timers = environment.openTimers("parley-directory-timers");
        this.looks = environment.openPool("parley-directory-discovery", 1);
        this.watchers = environment.openPool("parley-directory-watchers", WATCHER_THREADS);
    }

    static DirectoryResolver openResolver(LeaseDirectory directory, Environment environment, LeasePace pace) {
        return join(directory, environment, shared -> {
            var resolver = new DirectoryResolver(shared, pace);
            shared.resolvers.add(resolver);
            return resolver;
        });
    }

    static DirectoryRegistry openRegistry(LeaseDirectory directory, Environment environment, LeasePace pace) {
        return join(directory, environment, shared -> {
            var registry = new DirectoryRegistry(shared, pace);
            shared.registries.add(registry);
            return registry;
        });
    }

    /** Makes a new member of the shared state of {@code directory}, which must exist, in {@code environment}. */
    private static <M extends Member> M join(
            LeaseDirectory directory, Environment environment, Function<SharedDirectory, M> opening) {
        Path realPath = directory.realPath();
        synchronized (IN_USE) {
            var byPath = IN_USE.computeIfAbsent(environment, first -> new HashMap<>());
            WeakReference<SharedDirectory> known = byPath.get(realPath);
            SharedDirectory shared = known == null ? null : known.get();
            boolean isFirst = shared == null;
            if (shared == null) {
                shared = new SharedDirectory(directory, realPath, environment);
                byPath.put(realPath, new WeakReference<>(shared));
            }
            M member = opening.apply(shared);
            shared.members.add(member);
            if (isFirst) {
                shared.execute(shared::sweep);
            }
            shared.schedule();
            return member;
        }
    }

    void leave(Member member) {
        synchronized (IN_USE) {
            if (!members.remove(member)) {
                return;
            }
            resolvers.removeIf(resolver -> resolver.equals(member));
            registries.removeIf(registry -> registry.equals(member));
            if (members.isEmpty()) {
                IN_USE.getOrDefault(environment, Map.of()).remove(realPath);
                close();
            }
        }
        if (closed) {
            awaitLook();
        } else {
            schedule();
            requestLook();
        }
    }

    /** Waits for the look under way, which may create the directory anew, but no longer than a moment. */
    private void awaitLook() {
        try {
            if (looking.tryLock(LONGEST_LOOK_SECONDS, TimeUnit.SECONDS)) {
                looking.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks soon, once for all who ask meanwhile. */
    void requestLook() {
        if (lookRequested.compareAndSet(false, true)) {
            execute(this::look);
        }
    }

    Collection<String> services() {
        try {
            return scan.services();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void close() {
        synchronized (lock) {
            closed = true;
        }
        timers.close();
        scan.close();
        looks.close();
        watchers.close();
    }

    /** Goes by the members that there are now. */
    private void schedule() {
        synchronized (lock) {
            if (closed || members.isEmpty()) {
                return;
            }
            if (timer != null) {
                timer.cancel();
            }
            timer = timers.scheduleEvery(least(LeasePace::pollInterval), this::onDue);
        }
    }

    /** Should there be no memory for this, the next time comes all the same. */
    private void onDue() {
        if (isRoundDue.compareAndSet(false, true)) {
            boolean handedOver = false;
            try {
                execute(this::onTimer);
                handedOver = true;
            } finally {
                if (!handedOver) {
                    isRoundDue.set(false);
                }
            }
        }
    }

    private void execute(Runnable task) {
        try {
            looks.execute(() -> {
                looking.lock();
                try {
                    if (!closed) {
                        Safely.run(task, this::onDefect);
                    }
                } finally {
                    looking.unlock();
                }
            });
        } catch (RejectedExecutionException e) {
            // Closed meanwhile, so that there is nothing left to do.
        }
    }

    private void onTimer() {
        isRoundDue.set(false);
        Safely.run(this::look, this::onDefect);
        for (DirectoryRegistry registry : registries) {
            Safely.run(registry::keepUp, this::onDefect);
        }
        if (!members.isEmpty()
                && environment.time().nanoTime() - sweptAt
                        >= least(LeasePace::ttl).toNanos()) {
            sweep();
        }
    }

    private void onDefect(Throwable e) {
        LOG.log(Level.ERROR, "A look at " + directory.path() + " failed", e);
    }

    /** Watches have something to be told only if the scan found something new, one of them is new, or the last look failed. */
    private void look() {
        boolean tellAll = lookRequested.getAndSet(false) || failing;
        if (tellAll) {
            wanted.clear();
            resolvers.forEach(resolver -> resolver.addWatchedTo(wanted));
        }
        try {
            failing = true;
            long version = scan.look(wanted::contains);
            if (tellAll || version != toldVersion) {
                resolvers.forEach(resolver -> resolver.onLook(wanted, scan));
                toldVersion = version;
            }
            failing = false;
        } catch (IOException e) {
            DiscoveryException problem = unreadable(e);
            resolvers.forEach(resolver -> resolver.onProblem(problem));
        } catch (DiscoveryException e) {
            resolvers.forEach(resolver -> resolver.onProblem(e));
        }
    }

    private void sweep() {
        sweptAt = environment.time().nanoTime();
        try {
            scan.sweep();
        } catch (IOException | DiscoveryException e) {
            LOG.log(Level.DEBUG, "Stale leases could not be swept from " + directory.path(), e);
        }
    }

    private Duration least(Function<LeasePace, Duration> setting) {
        return Objects.requireNonNull(members.stream()
                .map(Member::pace)
                .map(setting)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ofSeconds(1)));
    }

    private DiscoveryException unreadable(IOException e) {
        return new DiscoveryException("The directory " + directory.path() + " cannot be read: " + e, e);
    }

    /** A resolver or registry. */
    interface Member {

        LeasePace pace();
    }
}
