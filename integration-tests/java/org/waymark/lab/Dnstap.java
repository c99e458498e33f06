package org.waymark.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what Waymark has recorded, with Debian's readers of dnstap. */
public final class Dnstap {
    /** A field of Dnstap: number and kind in one byte. Neither it nor its length is ever longer. */
    private static final int EXTRA = 3 << 3 | 2;

    private Dnstap() {}

    /**
     * The messages of a file, each as dnstap-ldns shows its fields. It does not show the field extra, which is added as it is in the file.
     */
    public static List<Map<String, String>> read(Path file) {
        List<String> extras = extras(file);
        List<Map<String, String>> messages = Arrays.stream(
                        run("dnstap-ldns", "-y", "-r", file.toString()).split("(?m)^---\n"))
                .filter(document -> !document.isBlank())
                .map(Dnstap::fields)
                .toList();
        if (messages.size() != extras.size()) {
            throw new AssertionError("dnstap-ldns reads " + messages.size() + " of " + extras.size() + " messages");
        }
        for (int i = 0; i < messages.size(); i++) {
            messages.get(i).put("extra", extras.get(i));
        }
        return messages;
    }

    /** Keys are each one's own, whatever they are part of; the second "type" is that of the message. */
    private static Map<String, String> fields(String document) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : document.split("\n")) {
            String[] parts = line.strip().split(": ", 2);
            if (parts.length == 2) {
                fields.put(parts[0], parts[1].replaceAll("^\"(.*)\"$", "$1"));
            } else if (line.strip().startsWith(";") && line.contains("IN")) {
                fields.put("question", line.strip().substring(1));
            }
        }
        return fields;
    }

    private static List<String> extras(Path file) {
        List<String> extras = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (in.available() > 0) {
                int length = in.readInt();
                if (length == 0) {
                    in.readNBytes(in.readInt()); // a control frame
                } else {
                    extras.add(extra(ByteBuffer.wrap(in.readNBytes(length))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return extras;
    }

    /** Before it there are only texts and numbers of less than 128 bytes. */
    private static String extra(ByteBuffer frame) {
        for (int tag = frame.get(); tag != EXTRA; tag = frame.get()) {
            int value = frame.get();
            if ((tag & 7) == 2) {
                frame.position(frame.position() + value);
            }
        }
        byte[] text = new byte[frame.get()];
        frame.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Starts a reader at a socket that writes all that it gets to a file. */
    public static Process capture(Path socket, Path file) {
        try {
            return new ProcessBuilder(
                            "fstrm_capture",
                            "-t",
                            "protobuf:dnstap.Dnstap",
                            "-u",
                            socket.toString(),
                            "-w",
                            file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command[0] + " ends with " + process.exitValue() + ": " + out);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
