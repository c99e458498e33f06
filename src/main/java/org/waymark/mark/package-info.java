/**
 * Marks and masks: how they match, change, and are written as text, as the kernel's CONNMARK target and connmark match
 * define it (iptables-extensions(8)). A mark is an {@code int} with 32 unsigned bits, so that it passes through the
 * data path without an object. This package never asks the kernel for a mark, and never decides what happens because of
 * a mark.
 */
package org.waymark.mark;
