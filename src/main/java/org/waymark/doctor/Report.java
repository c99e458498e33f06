package org.waymark.doctor;

import java.util.Comparator;
import java.util.List;

/**
 * Everything that an {@link Examination} has found, in the order in which it looked.
 *
 * @param findings what was found; at least one
 */
public record Report(List<Finding> findings) {
    public Report {
        findings = List.copyOf(findings);
    }

    /**
     * @return how bad the worst finding is
     */
    public Severity worst() {
        return findings.stream()
                .map(Finding::severity)
                .max(Comparator.naturalOrder())
                .orElse(Severity.OK);
    }

    /**
     * @param severity how bad
     * @return how many findings are exactly as bad as this
     */
    public int count(Severity severity) {
        return (int) findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
