/**
 * What operators see over HTTP: figures for Prometheus, health, and the page of the last hour. {@link org.waymark.web.WebServer} is the way
 * in; what it shows comes through {@link org.waymark.web.Sight}. It runs on the operators' event loop, and never waits, never keeps a
 * worker from its work, never changes anything, and never loads anything from elsewhere.
 */
package org.waymark.web;
