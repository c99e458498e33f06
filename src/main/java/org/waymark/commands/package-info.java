/**
 * What operators may ask of a running Waymark over its control socket: figures, each query as it ends, and small changes. Each command is a
 * class. They answer with plain values, for programs; {@code cli} makes them readable. They run beside the workers, which they only ask for
 * what is at hand, and they decide nothing about queries.
 */
package org.waymark.commands;
