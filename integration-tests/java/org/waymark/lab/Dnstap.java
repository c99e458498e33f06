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
    private static final int KIND = 7;
    private static final int BYTES = 2;
    private static final int EXTRA = 3 << 3 | BYTES;

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

    private static String extra(ByteBuffer frame) {
        while (true) {
            int tag = number(frame);
            int value = number(frame);
            if (tag == EXTRA) {
                byte[] text = new byte[value];
                frame.get(text);
                return new String(text, StandardCharsets.UTF_8);
            } else if ((tag & KIND) == BYTES) {
                frame.position(frame.position() + value);
            }
        }
    }

    /** A varint of Protocol Buffers: seven bits in each byte. */
    private static int number(ByteBuffer frame) {
        byte octet = frame.get();
        return octet >= 0 ? octet : octet & 0x7f | number(frame) << 7;
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
