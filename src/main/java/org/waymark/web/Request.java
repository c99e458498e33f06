package org.waymark.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a client asks for.
 *
 * @param method the method of HTTP
 * @param path the path, decoded
 * @param mark the parameter {@code mark}, as it was sent; empty if there is none
 * @param host the header Host; empty if there is none
 * @param accept the header Accept; empty if there is none
 * @param takesGzip whether the body of the answer may be compressed
 */
record Request(String method, String path, Optional<String> mark, String host, String accept, boolean takesGzip) {
    private static final Pattern GZIP =
            Pattern.compile("gzip(\\s*;\\s*q=(0\\.0*[1-9][0-9]*|1(\\.0*)?))?", Pattern.CASE_INSENSITIVE);

    /**
     * @throws IllegalArgumentException if the path is not one
     */
    static Request of(HttpRequest http) {
        QueryStringDecoder uri = new QueryStringDecoder(http.uri());
        List<String> marks = uri.parameters().getOrDefault("mark", List.of());
        return new Request(
                http.method().name(),
                uri.path(),
                marks.stream().findFirst(),
                http.headers().get(HttpHeaderNames.HOST, ""),
                http.headers().get(HttpHeaderNames.ACCEPT, ""),
                takesGzip(http.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING)));
    }

    private static boolean takesGzip(List<String> codings) {
        return codings.stream().flatMap(each -> Stream.of(each.split(","))).anyMatch(each -> GZIP.matcher(each.strip())
                .matches());
    }
}
