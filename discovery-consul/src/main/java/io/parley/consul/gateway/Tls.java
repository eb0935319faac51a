package io.parley.consul.gateway;

import io.parley.discovery.DiscoveryException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust and what to show. Immutable.
 *
 * @param authority certificates to trust, or null for those that Java trusts
 * @param certificate what to show, with the chain behind it, or null for nothing
 * @param key of the certificate; null exactly if that is
 */
public record Tls(
        @Nullable Path authority,
        @Nullable Path certificate,
        @Nullable Path key) {

    /** Java's own trust, and nothing to show. */
    public static final Tls DEFAULT = new Tls(null, null, null);

    private static final char[] NO_PASSWORD = {};

    /**
     * Reads the files.
     *
     * @throws DiscoveryException if one is not what it should be, naming it
     */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new DiscoveryException("TLS cannot be set up with " + this + ": " + e, e);
        }
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
        if (certificate == null || key == null) {
            return null;
        }
        List<X509Certificate> chain = Pem.certificates(certificate);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("own", Pem.privateKey(key), NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
        if (authority == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        int number = 0;
        for (X509Certificate each : Pem.certificates(authority)) {
            store.setCertificateEntry("authority-" + number++, each);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
