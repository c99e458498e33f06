package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.HashMap;
import java.util.Map;

/** The name of any question that is let through can be looked up where it lies, and is found if it is there. */
public final class NameTableFuzz {
    private NameTableFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        WireMessage input = Input.of(data.consumeRemainingAsBytes());
        QueryReader reader = new QueryReader();
        if (reader.read(input) != MessageForm.WELL_FORMED || !input.hasQuestion()) {
            return;
        }
        int position = input.namePosition();
        DomainName name = DomainName.read(input.buffer(), position);
        Map<DomainName, String> entries = new HashMap<>(Map.of(DomainName.parse("example."), "another"));
        entries.put(name, "the name");
        NameTable<String> table = new NameTable<>(entries);
        Input.check("the name".equals(table.find(input.buffer(), position)), "it is found");
        Input.check("the name".equals(table.findLongestSuffix(input.buffer(), position)), "nothing longer is");
    }
}
