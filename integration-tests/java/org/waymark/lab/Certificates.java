package org.waymark.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An authority that signs what the tests need, made by {@code openssl} in a directory that closing it removes. */
public final class Certificates implements AutoCloseable {
    private static final String PASSWORD = "waymark";
    private static final String[] NEW_KEY = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"};

    private final Path directory;

    /** A server's certificate and its key, as PEM files. */
    public record Identity(Path certificate, Path key, SSLContext context) {}

    private Certificates(Path directory) {
        this.directory = directory;
    }

    /** Makes a new authority, which nobody else trusts. */
    public static Certificates make() {
        try {
            Certificates made = new Certificates(Files.createTempDirectory("waymark-it"));
            made.openssl(NEW_KEY, "req -x509 -keyout ca.key -out ca.pem -days 2 -subj /CN=authority");
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The authority's own certificate. */
    public Path authority() {
        return directory.resolve("ca.pem");
    }

    /** What makes a server that name, from now on for two days. */
    public Identity identity(String name) {
        return identity(name, name, 2);
    }

    /** What made a server that name until yesterday. */
    public Identity expiredIdentity(String name) {
        return identity("expired-" + name, name, -1);
    }

    private Identity identity(String file, String name, int days) {
        try {
            Files.writeString(directory.resolve("names"), "subjectAltName=DNS:" + name);
            openssl(NEW_KEY, "req -keyout " + file + ".key -out " + file + ".csr -subj /CN=server");
            openssl(
                    new String[0],
                    "x509 -req -in " + file + ".csr -CA ca.pem -CAkey ca.key -extfile names -days " + days + " -out "
                            + file + ".pem");
            openssl(
                    new String[0],
                    "pkcs12 -export -in " + file + ".pem -inkey " + file + ".key -out " + file + ".p12 -passout pass:"
                            + PASSWORD);
            return new Identity(
                    directory.resolve(file + ".pem"),
                    directory.resolve(file + ".key"),
                    context(directory.resolve(file + ".p12")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(store)) {
            keys.load(input, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void openssl(String[] options, String words) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of(options));
        Lab.finish(new ProcessBuilder(command).directory(directory.toFile())).orFail();
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
