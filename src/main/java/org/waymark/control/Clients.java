package org.waymark.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Takes the connections of clients, as far as there is a place for them. */
final class Clients extends ChannelInitializer<Channel> {
    private final ChannelGroup present;
    private final Commands commands;
    private final Patience patience;

    Clients(ChannelGroup present, Commands commands, Patience patience) {
        this.present = present;
        this.commands = commands;
        this.patience = patience;
    }

    @Override
    protected void initChannel(Channel client) {
        if (present.size() >= ControlServer.MOST_CLIENTS) {
            byte[] line = Lines.of(
                    Lines.ERROR,
                    "all " + ControlServer.MOST_CLIENTS + " places for clients are taken; end one, or try again later");
            client.writeAndFlush(Unpooled.wrappedBuffer(line)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        present.add(client);
        client.pipeline()
                .addLast(new WriteTimeoutHandler(patience.reading().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new LineBasedFrameDecoder(ControlServer.MOST_REQUEST, true, true))
                .addLast(new StringDecoder(StandardCharsets.UTF_8))
                .addLast(new ControlConnection(commands, patience.request()));
    }
}
