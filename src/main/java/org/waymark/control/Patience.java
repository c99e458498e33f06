package org.waymark.control;

import java.time.Duration;

/**
 * How long clients may keep a place at the control socket.
 *
 * @param request until a request is there, as a whole
 * @param reading until what was sent has been taken
 */
record Patience(Duration request, Duration reading) {
    static final Patience USUAL = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(10));
}
