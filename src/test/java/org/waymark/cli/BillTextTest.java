package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BillTextTest {
    private static Answer bill(Map<?, ?>... lines) {
        return new Answer(Map.of("accounts", List.of(lines), "warnings", List.of("what")));
    }

    private static Map<String, Object> traffic(long bytes, long packets) {
        return Map.of("bytes", bytes, "packets", packets);
    }

    private static Map<?, ?> line(String name, String mark, long down) {
        Map<String, Object> line = new LinkedHashMap<>(Map.of("name", name, "mark", mark));
        line.put("internet", traffic(down + 90, 5));
        line.put("up", traffic(50, 2));
        line.put("down", traffic(down, 2));
        line.put("server_dns", traffic(40, 1));
        line.put("client_dns", traffic(60, 1));
        return line;
    }

    @SuppressWarnings("unchecked")
    private static Map<?, ?> withQuota(Map<?, ?> line, long quota, String reached) {
        Map<String, Object> more = new LinkedHashMap<>((Map<String, Object>) line);
        more.put("quota", quota);
        if (reached != null) {
            more.put("reached", reached);
        }
        return more;
    }

    @Test
    void aTableForPeopleIsAligned() {
        String table = BillText.forPeople(bill(
                withQuota(line("room 137", "0x89/0xff", 3L << 30), 2L << 30, "2026-11-30"),
                withQuota(line("bar", "0x1/0xff", 1 << 20), 2L << 20, null),
                line("", "0x2/0xffffffff", 0)));

        assertEquals("""
                ACCOUNT   MARK            INTERNET    UP     DOWN  DNS UPSTREAM  DNS OF CLIENT  QUOTA
                room 137  0x89/0xff        3.0 GiB  50 B  3.0 GiB          40 B           60 B  2.0 GiB, reached on 2026-11-30
                bar       0x1/0xff         1.0 MiB  50 B  1.0 MiB          40 B           60 B  2.0 MiB, 50 % used
                -         0x2/0xffffffff      90 B  50 B      0 B          40 B           60 B  -

                warning: what
                """, table);
    }

    @Test
    void namesMayHaveAnythingInThemInCsv() {
        String csv = BillText.commaSeparated(bill(withQuota(line("room \"1\", left", "0x1", 10), 1000, null)));

        assertEquals(
                "name,mark,internet_bytes,internet_packets,up_bytes,up_packets,down_bytes,down_packets,"
                        + "server_dns_bytes,server_dns_packets,client_dns_bytes,client_dns_packets,quota,reached\r\n"
                        + "\"room \"\"1\"\", left\",0x1,100,5,50,2,10,2,40,1,60,1,1000,\r\n",
                csv);
    }
}
