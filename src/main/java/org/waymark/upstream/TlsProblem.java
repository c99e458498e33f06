package org.waymark.upstream;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;

/** Says why a TLS handshake failed, in words that the operator of a forwarder can act on. */
final class TlsProblem {
    static final String CLOSED = "it closed the connection during the TLS handshake";

    private static final int MOST_CHARACTERS = 200;

    private TlsProblem() {}

    static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String known = known(cause);
            if (known != null) {
                return known;
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String what = root instanceof CertificateException
                ? "its certificate does not match: "
                : "the TLS handshake failed: ";
        return what + printable(String.valueOf(root.getMessage()));
    }

    /** A message may quote the certificate of somebody who would like to write lines into the log. */
    private static String printable(String message) {
        String printable = message.replaceAll("[^ -~]+", "?");
        return printable.substring(0, Math.min(printable.length(), MOST_CHARACTERS));
    }

    private static String known(Throwable cause) {
        if (cause instanceof CertificateExpiredException) {
            return "its certificate has expired, or this host's clock is wrong";
        } else if (cause instanceof CertificateNotYetValidException) {
            return "its certificate is not valid yet, or this host's clock is wrong";
        } else if (cause instanceof CertPathBuilderException || isUntrusted(cause)) {
            return "its certificate is not from a trusted authority";
        } else if (cause instanceof NotSslRecordException) {
            return "it does not speak TLS";
        } else if (cause instanceof SslHandshakeTimeoutException) {
            return "it did not finish the TLS handshake in time";
        } else if (cause instanceof ClosedChannelException) {
            return CLOSED;
        }
        return null;
    }

    /** An authority may have the name of one that is trusted, but not its key. */
    private static boolean isUntrusted(Throwable cause) {
        return cause instanceof CertPathValidatorException invalid
                && (invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR
                        || invalid.getReason() == BasicReason.INVALID_SIGNATURE);
    }
}
