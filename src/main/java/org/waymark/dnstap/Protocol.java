package org.waymark.dnstap;

/** What a message travels on, with its number in dnstap.proto. */
enum Protocol {
    UDP(1),
    TCP(2),
    TLS(3);

    final int number;

    Protocol(int number) {
        this.number = number;
    }
}
