package org.waymark.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Map;

/** The events of one client, as far as it reads them. */
final class ClientEvents implements EventStream {
    private final Channel client;
    private ByteBuf lines;
    private long lost;

    ClientEvents(Channel client) {
        this.client = client;
    }

    @Override
    public void event(Map<String, Object> event) {
        if (hasRoom()) {
            tellLost();
            add(Lines.of(Lines.EVENT, event));
        } else {
            lost++;
        }
    }

    @Override
    public void lost(long number) {
        lost += number;
    }

    private void tellLost() {
        if (lost > 0) {
            add(Lines.of(Lines.LOST, lost));
            lost = 0;
        }
    }

    private boolean hasRoom() {
        return client.isWritable() && (lines == null || lines.readableBytes() < ControlServer.MOST_UNREAD);
    }

    private void add(byte[] line) {
        if (lines == null) {
            lines = client.alloc().buffer();
        }
        lines.writeBytes(line);
    }

    @Override
    public void flush() {
        if (hasRoom()) {
            tellLost();
        }
        if (lines != null) {
            client.writeAndFlush(lines);
            lines = null;
        }
    }
}
