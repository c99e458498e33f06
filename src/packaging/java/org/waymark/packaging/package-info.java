/**
 * What a package needs besides the program, made while it is built from what the program itself goes by, so that it can't go stale: man
 * pages and completion from picocli's model of the commands, a man page from the comments of conf/waymark.toml, Debian's changelog from
 * CHANGELOG.md. Checks that the licence of each bundled library is told. It never is in the program.
 */
package org.waymark.packaging;
