package org.waymark.web;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.waymark.metrics.Durations;
import org.waymark.metrics.Histogram;

/** Makes the metrics of the Prometheus library out of figures. */
final class Families {
    private static final double NANOS = 1e9;

    private Families() {}

    /** The name of a family without its ending {@code _total}, which the writer adds. */
    private static String base(String name) {
        return name.substring(0, name.length() - "_total".length());
    }

    /**
     * A counter for each of several things.
     *
     * @param name ends in {@code _total}
     */
    static <T> MetricSnapshot counter(
            String name, String help, Collection<T> things, Function<T, Labels> labels, ToDoubleFunction<T> value) {
        List<CounterDataPointSnapshot> points = new ArrayList<>(things.size());
        things.forEach(thing ->
                points.add(new CounterDataPointSnapshot(value.applyAsDouble(thing), labels.apply(thing), null, 0)));
        return new CounterSnapshot(new MetricMetadata(base(name), help), points);
    }

    /**
     * @param name ends in {@code _total}
     */
    static MetricSnapshot counter(String name, String help, Map<Labels, ? extends Number> values) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name(base(name)).help(help);
        values.forEach((labels, value) -> family.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build()));
        return family.build();
    }

    static MetricSnapshot gauge(String name, String help, Map<Labels, ? extends Number> values) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) -> family.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build()));
        return family.build();
    }

    static MetricSnapshot histogram(String name, String help, Map<Labels, Durations> values) {
        HistogramSnapshot.Builder family =
                HistogramSnapshot.builder().name(name).help(help);
        values.forEach((labels, durations) -> family.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets(durations))
                .sum(durations.nanos() / NANOS)
                .build()));
        return family.build();
    }

    private static ClassicHistogramBuckets buckets(Durations durations) {
        double[] bounds = IntStream.rangeClosed(0, Histogram.BOUNDS)
                .mapToDouble(bucket ->
                        bucket == Histogram.BOUNDS ? Double.POSITIVE_INFINITY : Histogram.boundNanos(bucket) / NANOS)
                .toArray();
        long[] counts = IntStream.rangeClosed(0, Histogram.BOUNDS)
                .mapToLong(durations::in)
                .toArray();
        return ClassicHistogramBuckets.of(bounds, counts);
    }

    /** A value for each of several things. */
    static <T> Map<Labels, Double> each(Collection<T> things, Function<T, Labels> labels, ToDoubleFunction<T> value) {
        Map<Labels, Double> values = new LinkedHashMap<>();
        things.forEach(thing -> values.put(labels.apply(thing), value.applyAsDouble(thing)));
        return values;
    }
}
