/**
 * Knows by which interfaces the routes of marks lead: those that an {@code ip rule} for the mark leads to. It listens to what changes in the
 * kernel's routing, and never changes anything there. Where it is not sure, there is no route.
 */
package org.waymark.routes;
