package org.waymark.sets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateAddressesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "169.254.1.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.168.1.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fc00::1",
                "fdff::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "::10.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::127.0.0.1",
                "2002:a00:1::",
                "2002:c0a8:101::1"
            })
    void areThoseOfHostsHere(String address) throws UnknownHostException {
        assertEquals(true, PrivateAddresses.has(InetAddress.getByName(address)), address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.0.1",
                "172.32.0.0",
                "192.0.1.1",
                "192.167.0.1",
                "223.255.255.255",
                "2001:db8::1",
                "2606:4700::1111",
                "64:ff9b::1.1.1.1",
                "2002:101:101::1"
            })
    void areNotThoseThatAnybodyCanHave(String address) throws UnknownHostException {
        assertEquals(false, PrivateAddresses.has(InetAddress.getByName(address)), address);
    }
}
