package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.waymark.mark.MarkMask;
import org.waymark.programs.IpVersion;

/**
 * The conditions of a match of nft: an expression is compared with some values.
 *
 * @param versions the versions of IP that can fulfil it
 * @param conditions the conditions
 */
record NftMatch(Set<IpVersion> versions, List<Condition> conditions) {
    private static final int ALL_BITS = 0xffff_ffff;
    private static final Set<String> OPERATORS = Set.of("==", "in", "!=");

    /** Understands {@code left op right}, where the elements are those of the right side. */
    static NftMatch of(String operator, Object left, List<Object> elements) {
        boolean negated = operator.equals("!=");
        Optional<Object> concatenated = Json.member(left, "concat");
        if (!OPERATORS.contains(operator) || (negated && concatenated.isPresent())) {
            return other(operator, left, elements);
        } else if (concatenated.isPresent()) {
            return each(Json.list(concatenated.get()), elements);
        }
        return version(left, negated, elements)
                .or(() -> masked(left, negated, elements))
                .orElseGet(() -> plain(operator, left, elements));
    }

    /** Each part on its own: more packets may fulfil them than the whole. */
    private static NftMatch each(List<Object> parts, List<Object> elements) {
        Set<IpVersion> versions = EnumSet.allOf(IpVersion.class);
        List<Condition> conditions = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int part = i;
            List<Object> values = elements.stream()
                    .map(element -> Json.list(Json.member(element, "concat").orElse(List.of())))
                    .filter(concat -> concat.size() > part)
                    .map(concat -> concat.get(part))
                    .distinct()
                    .toList();
            NftMatch match = of("==", parts.get(part), values);
            versions.retainAll(match.versions());
            conditions.addAll(match.conditions());
        }
        return new NftMatch(versions, conditions);
    }

    private static Optional<NftMatch> version(Object left, boolean negated, List<Object> elements) {
        String key =
                Json.member(left, "meta").map(meta -> Json.text(meta, "key")).orElse("");
        if (!key.equals("nfproto") && !key.equals("protocol")) {
            return Optional.empty();
        }
        Set<IpVersion> versions = EnumSet.noneOf(IpVersion.class);
        if (elements.contains("ipv4") || elements.contains("ip")) {
            versions.add(IpVersion.IPV4);
        }
        if (elements.contains("ipv6") || elements.contains("ip6")) {
            versions.add(IpVersion.IPV6);
        }
        return Optional.of(
                new NftMatch(negated ? EnumSet.complementOf(EnumSet.copyOf(versions)) : versions, List.of()));
    }

    /** {@code meta mark & 0xff == 0x12}. */
    private static Optional<NftMatch> masked(Object left, boolean negated, List<Object> elements) {
        List<Object> operands = Json.list(Json.object(left).get("&"));
        if (operands.size() != 2 || !(operands.get(1) instanceof Number mask)) {
            return Optional.empty();
        }
        return NftSubject.of(operands.get(0))
                .field()
                .flatMap(field -> marks(field, negated, elements, mask.intValue()))
                .map(condition -> new NftMatch(NftSubject.BOTH, List.of(condition)));
    }

    private static NftMatch plain(String operator, Object left, List<Object> elements) {
        NftSubject subject = NftSubject.of(left);
        boolean negated = operator.equals("!=");
        Optional<Condition> condition = subject.field().flatMap(field -> switch (field) {
            case PACKET_MARK, CONNECTION_MARK -> marks(field, negated, elements, ALL_BITS);
            default ->
                Optional.of(new Condition(
                        field, negated, elements.stream().map(NftMatch::value).toList()));
        });
        List<Condition> conditions = new ArrayList<>(subject.implied());
        conditions.addAll(condition.map(List::of).orElseGet(() -> other(operator, left, elements)
                .conditions()));
        return new NftMatch(subject.versions(), conditions);
    }

    /** Empty for ranges, and for names of marks. */
    private static Optional<Condition> marks(Field field, boolean negated, List<Object> elements, int mask) {
        boolean ofMark = field == Field.PACKET_MARK || field == Field.CONNECTION_MARK;
        if (!ofMark || !elements.stream().allMatch(Number.class::isInstance)) {
            return Optional.empty();
        }
        List<String> patterns = elements.stream()
                .map(value -> new MarkMask(((Number) value).intValue(), mask).toString())
                .toList();
        return Optional.of(new Condition(field, negated, patterns));
    }

    private static NftMatch other(String operator, Object left, List<Object> elements) {
        String text = String.join(" ", Json.words(left), operator, Json.words(elements));
        return new NftMatch(NftSubject.of(left).versions(), List.of(Condition.is(Field.OTHER, text)));
    }

    private static String value(Object element) {
        Optional<Object> prefix = Json.member(element, "prefix");
        if (prefix.isPresent()) {
            return Json.text(prefix.get(), "addr") + "/" + Json.text(prefix.get(), "len");
        }
        List<Object> range = Json.list(Json.object(element).get("range"));
        return range.size() == 2 ? range.get(0) + "-" + range.get(1) : Json.words(element);
    }
}
