package io.parley.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.Peer;
import io.parley.channel.PointToPointChannel;
import io.parley.discovery.Discovery;
import io.parley.discovery.local.LocalDirectoryDiscovery;
import io.parley.testkit.Await;
import io.parley.transport.memory.InMemoryNetwork;
import io.parley.transport.memory.InMemoryTransport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that has closed its peer can be collected with its classes, though another one goes on. */
class RedeploymentTest {

    @TempDir
    Path temporary;

    private final InMemoryNetwork network = new InMemoryNetwork();

    /** What can be loaded by a class loader of its own. */
    public interface Deployable {

        void run(InMemoryNetwork network, Discovery discovery, Runnable whileOpen);
    }

    /** What an application does; it is loaded by a class loader of its own. */
    public static final class Application implements Deployable {

        private static final PointToPointChannel<String> CHANNEL =
                PointToPointChannel.of("deployed/work", String.class);

        @Override
        public void run(InMemoryNetwork network, Discovery discovery, Runnable whileOpen) {
            try (Peer peer = Peer.named("deployed")
                    .transport(InMemoryTransport.on(network))
                    .discovery(discovery)
                    .open()) {
                peer.receive(CHANNEL, message -> {});
                if (!peer.awaitReachable(CHANNEL, Duration.ofSeconds(50))) {
                    throw new AssertionError("not reachable");
                }
                peer.sender(CHANNEL).send("work");
                whileOpen.run();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void closedPeerKeepsNoClassLoaderAlive() throws Exception {
        awaitCollected(runApplication(LocalDirectoryDiscovery.at(temporary.resolve("alone")), () -> {}));
    }

    @Test
    void closedPeerKeepsNoClassLoaderAliveWhileAnotherUsesItsRegistry() throws Exception {
        Discovery shared = LocalDirectoryDiscovery.at(temporary.resolve("shared"));
        var other = new Peer[1];
        WeakReference<ClassLoader> loader = runApplication(
                shared,
                () -> other[0] = Peer.named("other")
                        .transport(InMemoryTransport.on(network))
                        .discovery(shared)
                        .open());
        try {
            awaitCollected(loader);
        } finally {
            other[0].close();
        }
    }

    /** @param meanwhile done by the caller while the application's peer is open */
    private WeakReference<ClassLoader> runApplication(Discovery discovery, Runnable meanwhile) throws Exception {
        var loader = new OwnLoader();
        var application = (Deployable)
                loader.loadClass(Application.class.getName()).getConstructor().newInstance();
        assertThat(application.getClass().getClassLoader()).isSameAs(loader);
        var isOpen = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var thread = new Thread(
                () -> application.run(network, discovery, () -> {
                    isOpen.countDown();
                    await(mayEnd);
                }),
                "application");
        thread.setContextClassLoader(loader);
        var failure = new AtomicReference<Throwable>();
        thread.setUncaughtExceptionHandler((ended, cause) -> failure.set(cause));
        thread.start();
        await(isOpen);
        meanwhile.run();
        mayEnd.countDown();
        thread.join();
        assertThat(failure).hasNullValue();
        return new WeakReference<>(loader);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitCollected(WeakReference<ClassLoader> loader) {
        Await.until(() -> "the class loader is collected", Duration.ofSeconds(50), () -> {
            System.gc();
            return loader.get() == null;
        });
    }

    /** Loads the application itself, and nothing else. */
    private static final class OwnLoader extends ClassLoader {

        OwnLoader() {
            super(RedeploymentTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(Application.class.getName()) ? own(name) : super.loadClass(name, resolve);
        }

        private Class<?> own(String name) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    byte[] bytes = in.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }
    }
}
