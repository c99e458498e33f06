package org.waymark.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.waymark.files.BoundedFile;
import org.waymark.files.BoundedWait;

/** Reads the certificates of the authorities that servers' certificates are checked against. */
final class Authorities {
    /** Four times the size of all authorities that the public web trusts. */
    private static final int MOST_BYTES = 1 << 20;

    private Authorities() {}

    /** A PEM file with one or more certificates. The empty text means none, and stands for the authorities that Java trusts. */
    static Kind<List<X509Certificate>> kind() {
        return Kind.text(
                "a PEM file with certificates of authorities, or \"\" for those that this host's Java trusts",
                text -> text.isEmpty() ? List.of() : read(text));
    }

    private static List<X509Certificate> read(String file) {
        byte[] bytes = bytes(file);
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("\"" + file + "\" has no certificate");
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "\"" + file + "\" is not a PEM file, or has more than certificates in it", e);
        }
    }

    private static byte[] bytes(String file) {
        try {
            Path path = Path.of(file);
            return BoundedWait.read(path, () -> BoundedFile.read(path, MOST_BYTES));
        } catch (BoundedFile.TooLongException e) {
            throw new IllegalArgumentException("\"" + file + "\" has more than " + MOST_BYTES + " bytes", e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file \"" + file + "\"", e);
        } catch (AccessDeniedException e) {
            throw new IllegalArgumentException("this user may not read \"" + file + "\"", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("\"" + file + "\" can't be read (" + e.getMessage() + ")", e);
        }
    }
}
