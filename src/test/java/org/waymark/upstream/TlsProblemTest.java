package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class TlsProblemTest {
    @Test
    void tellsWhatIsWrongWithTheServer() {
        assertEquals("it does not speak TLS", TlsProblem.of(new NotSslRecordException("not an SSL/TLS record: 53")));
        assertEquals("it closed the connection during the TLS handshake", TlsProblem.of(new ClosedChannelException()));
        assertEquals(
                "the TLS handshake failed: Received fatal alert: protocol_version",
                TlsProblem.of(
                        new DecoderException(new SSLHandshakeException("Received fatal alert: protocol_version"))));
    }

    @Test
    void tellsWhatIsWrongWithItsCertificate() {
        assertEquals(
                "its certificate has expired, or this host's clock is wrong",
                ofCertificate(new CertificateExpiredException()));
        assertEquals(
                "its certificate is not valid yet, or this host's clock is wrong",
                ofCertificate(new CertificateNotYetValidException()));
        assertEquals(
                "its certificate is not from a trusted authority",
                ofCertificate(new CertPathValidatorException("", null, null, -1, BasicReason.INVALID_SIGNATURE)));
        assertEquals(
                "its certificate is not from a trusted authority",
                ofCertificate(new CertPathValidatorException("", null, null, -1, PKIXReason.NO_TRUST_ANCHOR)));
        assertEquals(
                "its certificate does not match: no name matches",
                ofCertificate(new CertificateException("no name matches")));
    }

    @Test
    void letsNoCertificateForgeLinesOfTheLog() {
        String problem = ofCertificate(new CertificateException("CN=\r\n\u001b[2J server" + " x".repeat(1000)));
        assertTrue(problem.startsWith("its certificate does not match: CN=?[2J server x x"), problem);
        assertTrue(problem.length() < 300);
    }

    private static String ofCertificate(Exception cause) {
        SSLHandshakeException failure = new SSLHandshakeException("the handshake failed");
        failure.initCause(new CertificateException(cause.getMessage(), cause));
        return TlsProblem.of(failure);
    }
}
