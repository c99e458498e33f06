package org.waymark.linux;

/**
 * An error number of the kernel (errno(3)), with the numbers of Linux on x86-64 and 64-bit Arm.
 *
 * @param number the number, positive; 0 for none
 */
public record Errno(int number) {
    /** No error. */
    public static final Errno NONE = new Errno(0);

    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOENT = new Errno(2);
    public static final Errno EAGAIN = new Errno(11);
    public static final Errno ENOMEM = new Errno(12);
    public static final Errno EACCES = new Errno(13);
    public static final Errno EEXIST = new Errno(17);
    public static final Errno EINVAL = new Errno(22);
    public static final Errno ENFILE = new Errno(23);
    public static final Errno EMFILE = new Errno(24);
    public static final Errno EMSGSIZE = new Errno(90);
    public static final Errno ENOPROTOOPT = new Errno(92);
    public static final Errno EPROTONOSUPPORT = new Errno(93);
    public static final Errno EOPNOTSUPP = new Errno(95);
    public static final Errno EAFNOSUPPORT = new Errno(97);
    public static final Errno EADDRINUSE = new Errno(98);
    public static final Errno EADDRNOTAVAIL = new Errno(99);
    public static final Errno ENETUNREACH = new Errno(101);
    public static final Errno ENOBUFS = new Errno(105);
    public static final Errno EISCONN = new Errno(106);
    public static final Errno ENOTCONN = new Errno(107);
    public static final Errno ECONNREFUSED = new Errno(111);
    public static final Errno EHOSTUNREACH = new Errno(113);
    public static final Errno EALREADY = new Errno(114);
    public static final Errno EINPROGRESS = new Errno(115);

    private static final int TABLE_SIZE = 256;
    private static final Errno[] TABLE = new Errno[TABLE_SIZE];

    static {
        for (int number = 0; number < TABLE_SIZE; number++) {
            TABLE[number] = new Errno(number);
        }
    }

    /**
     * @param number the number, positive; 0 for none
     * @return the error; allocates only for numbers above 255
     */
    public static Errno of(int number) {
        return number >= 0 && number < TABLE_SIZE ? TABLE[number] : new Errno(number);
    }

    /**
     * @return what strerror(3) says about it
     */
    public String words() {
        return Native.LIBC.strerror(number);
    }

    @Override
    public String toString() {
        return words() + " (errno " + number + ")";
    }
}
