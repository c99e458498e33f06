package org.waymark.web;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * Writes metrics in the format that a client takes: that of OpenMetrics, or the text format of Prometheus. One part is written after the
 * other, because collecting garbage stops the workers, too: what thousands of marks have must not be in memory all at a time.
 */
final class Exposition {
    private static final byte[] END = "# EOF\n".getBytes(StandardCharsets.US_ASCII);

    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
    private final Part part = new Part();

    /** What is written of one part, in memory that is used again. */
    private static final class Part extends ByteArrayOutputStream {
        /** Moves it to where all parts go, without its last bytes. */
        void moveTo(OutputStream all, int without) throws IOException {
            all.write(buf, 0, count - without);
            reset();
        }
    }

    HttpAnswer answer(List<Supplier<MetricSnapshots>> metrics, Request request) {
        boolean isOpen = openMetrics.accepts(request.accept());
        ExpositionFormatWriter writer = isOpen ? openMetrics : text;
        byte[] end = isOpen ? END : new byte[0];
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (OutputStream all = request.takesGzip() ? new GZIPOutputStream(body) : body) {
            for (Supplier<MetricSnapshots> each : metrics) {
                writer.write(part, each.get(), EscapingScheme.UNDERSCORE_ESCAPING);
                part.moveTo(all, end.length);
            }
            all.write(end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HttpAnswer(200, writer.getContentType(), body.toByteArray(), request.takesGzip());
    }
}
