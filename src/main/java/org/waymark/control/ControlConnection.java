package org.waymark.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One client of the control socket. It reads a request only when the answer to the former one has been taken, so that no more than one
 * answer waits for a client. Where the client watches something, further lines from it are ignored, and it has gone when it closes its
 * side.
 */
final class ControlConnection extends SimpleChannelInboundHandler<String> {
    private final Commands commands;
    private final Duration patience;

    /** Requests that came together with the one that is being answered. */
    private final Queue<String> waiting = new ArrayDeque<>();

    private Future<?> impatience;
    private boolean isAnswering;
    private boolean inputHasEnded;
    private EventSource.Watching watching;

    ControlConnection(Commands commands, Duration patience) {
        this.commands = commands;
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext client) {
        awaitRequest(client);
    }

    private void awaitRequest(ChannelHandlerContext client) {
        isAnswering = false;
        String line = waiting.poll();
        if (line != null) {
            serve(client, line);
        } else if (inputHasEnded || !client.channel().isActive()) {
            client.close();
        } else {
            impatience = client.executor().schedule(() -> tooLate(client), patience.toMillis(), TimeUnit.MILLISECONDS);
            client.channel().config().setAutoRead(true);
        }
    }

    private void tooLate(ChannelHandlerContext client) {
        refuse(client, "no request within " + patience.toSeconds() + " s; connect again");
    }

    @Override
    protected void channelRead0(ChannelHandlerContext client, String line) {
        if (isAnswering) {
            waiting.add(line);
        } else if (watching == null) {
            impatience.cancel(false);
            serve(client, line);
        }
    }

    private void serve(ChannelHandlerContext client, String line) {
        isAnswering = true;
        client.channel().config().setAutoRead(false);
        Map<String, Object> request;
        try {
            request = Lines.read(line);
        } catch (IOException e) {
            answer(client, Lines.of(Lines.ERROR, "not a request: each line is a JSON object, {\"command\":NAME, ...}"));
            return;
        }
        if (!(request.remove(Lines.COMMAND) instanceof String name)) {
            answer(client, Lines.of(Lines.ERROR, "the request names no command: {\"command\":NAME, ...}"));
            return;
        }
        EventSource source = commands.source(name);
        if (source == null) {
            commands.answer(name, request, answer -> client.executor().execute(() -> answer(client, answer)));
        } else {
            begin(client, source, request);
        }
    }

    private void begin(ChannelHandlerContext client, EventSource source, Map<String, Object> arguments) {
        ClientEvents events = new ClientEvents(client.channel());
        try {
            watching = source.begin(arguments, events);
        } catch (CommandException e) {
            answer(client, Lines.of(Lines.ERROR, e.getMessage()));
            return;
        } catch (RuntimeException e) {
            answer(client, commands.fault(source.name(), e));
            return;
        }
        isAnswering = false;
        waiting.clear();
        client.writeAndFlush(Unpooled.wrappedBuffer(Lines.of(Lines.OK, Map.of())));
        if (inputHasEnded) {
            client.close();
        } else {
            // To notice that the client goes.
            client.channel().config().setAutoRead(true);
        }
    }

    private void answer(ChannelHandlerContext client, byte[] line) {
        client.writeAndFlush(Unpooled.wrappedBuffer(line)).addListener(written -> {
            if (written.isSuccess()) {
                // Not at once, since one request after the other may be answered at once.
                client.executor().execute(() -> awaitRequest(client));
            } else {
                client.close();
            }
        });
    }

    private static void refuse(ChannelHandlerContext client, String why) {
        client.writeAndFlush(Unpooled.wrappedBuffer(Lines.of(Lines.ERROR, why)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext client, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputHasEnded = true;
            if (!isAnswering) {
                client.close();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            refuse(client, "a request has at most " + ControlServer.MOST_REQUEST + " bytes");
        } else {
            client.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext client) {
        impatience.cancel(false);
        if (watching != null) {
            watching.end();
        }
    }
}
