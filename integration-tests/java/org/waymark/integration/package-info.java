/** Tests of the whole program on the real kernel, each class in a {@link org.waymark.lab.Lab} of its own. They need root. */
package org.waymark.integration;
