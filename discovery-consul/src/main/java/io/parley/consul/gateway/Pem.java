package io.parley.consul.gateway;

import io.parley.discovery.DiscoveryException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys in PEM files. Keys may be PKCS #8, or of the older kinds that begin with {@code EC} or {@code RSA}, as
 * {@code consul tls} writes them; they must not be encrypted. Stateless.
 */
final class Pem {

    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN ((?:EC |RSA )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

    private static final byte SEQUENCE = 0x30;
    private static final byte OCTETS = 0x04;
    /** The number 0. */
    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    /** The names of the curves P-256, P-384 and P-521. */
    private static final List<byte[]> CURVES = List.of(
            new byte[] {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07},
            new byte[] {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x22},
            new byte[] {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x23});

    private Pem() {}

    /** @throws DiscoveryException if there is none, naming the file */
    static List<X509Certificate> certificates(Path file) {
        var certificates = new ArrayList<X509Certificate>();
        try {
            for (var each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                certificates.add((X509Certificate) each);
            }
        } catch (CertificateException e) {
            throw new DiscoveryException("Not a file of certificates (PEM): " + file, e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (certificates.isEmpty()) {
            throw new DiscoveryException("There is no certificate in " + file);
        }
        return certificates;
    }

    /** @throws DiscoveryException if there is none, naming the file */
    static PrivateKey privateKey(Path file) {
        try {
            // Only the beginning of what is there ever leaves this method, and that only as a key.
            Matcher key = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (!key.find()) {
                throw new DiscoveryException("There is no private key without a passphrase (PEM) in " + file);
            }
            byte[] bytes = Base64.getMimeDecoder().decode(key.group(2));
            return switch (key.group(1)) {
                case "RSA " -> key("RSA", pkcs8(RSA, bytes));
                case "EC " -> key("EC", pkcs8(curve(bytes, file), bytes));
                default -> ofAnyKind(bytes);
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Neither message nor cause: they might tell of the key.
            throw new DiscoveryException("Not an RSA or EC private key: " + file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static PrivateKey ofAnyKind(byte[] bytes) throws GeneralSecurityException {
        try {
            return key("RSA", bytes);
        } catch (InvalidKeySpecException e) {
            return key("EC", bytes);
        }
    }

    private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** Which algorithm the key is for, as PKCS #8 says it: the curve stands somewhere in the key. */
    private static byte[] curve(byte[] key, Path file) {
        for (byte[] curve : CURVES) {
            for (int at = 0; at + curve.length <= key.length; at++) {
                if (java.util.Arrays.equals(key, at, at + curve.length, curve, 0, curve.length)) {
                    return tagged(SEQUENCE, EC, curve);
                }
            }
        }
        throw new DiscoveryException("Not a key on the curve P-256, P-384 or P-521: " + file);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, VERSION, algorithm, tagged(OCTETS, key));
    }

    /** In DER: what it is, how long, and the parts. */
    private static byte[] tagged(byte tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                out.write(length >>> shift);
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static DiscoveryException unreadable(Path file, IOException e) {
        return new DiscoveryException("Cannot read " + file + ": " + e, e);
    }
}
