package org.waymark.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * What a request is answered with.
 *
 * @param status the status code of HTTP
 * @param type the media type of the body
 * @param body the body, as it is or compressed
 * @param isCompressed whether the body is compressed with gzip
 */
record HttpAnswer(int status, String type, byte[] body, boolean isCompressed) {
    private static final String TEXT = "text/plain; charset=utf-8";

    /** Below this a packet is sent anyway. */
    private static final int WORTH_COMPRESSING = 1000;

    static HttpAnswer of(String type, byte[] body) {
        return new HttpAnswer(200, type, body, false);
    }

    /** A line of text for people. */
    static HttpAnswer line(int status, String line) {
        return new HttpAnswer(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8), false);
    }

    /** The same, compressed if that is worth the effort. */
    HttpAnswer compressed() {
        if (isCompressed || body.length < WORTH_COMPRESSING) {
            return this;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HttpAnswer(status, type, compressed.toByteArray(), true);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HttpAnswer that
                && status == that.status
                && type.equals(that.type)
                && Arrays.equals(body, that.body)
                && isCompressed == that.isCompressed;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return status + " " + type + ", " + body.length + " bytes";
    }
}
