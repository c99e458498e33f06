/*
 * Answers every query over UDP with the same record: the least that an answer in batches can cost, for the bench to compare with.
 *
 *     responder ADDRESS PORT
 *
 * A thread for each core has a socket of its own (SO_REUSEPORT), reads up to 64 datagrams with one recvmmsg and sends all answers with one
 * sendmmsg. What is not a query of one question is dropped.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, HEADER = 12, LARGEST = 512 };

/* 192.0.2.1 for a day, of the name at byte 12. */
static const unsigned char RECORD[] = {0xc0, 12, 0, 1, 0, 1, 0, 1, 0x51, 0x80, 0, 4, 192, 0, 2, 1};

static struct sockaddr_in address;

static void check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

/* The length of header and question, or 0 if there is no such message. */
static size_t question_end(const unsigned char *message, size_t length)
{
    size_t at = HEADER;
    if (length < HEADER || message[2] & 0x80 || message[4] != 0 || message[5] != 1)
        return 0;
    while (at < length && message[at] != 0 && message[at] < 64)
        at += message[at] + 1;
    return at + 5 <= length && message[at] == 0 ? at + 5 : 0;
}

/* Makes the answer in the place of the query, and tells its length, or 0. */
static size_t answer(unsigned char *message, size_t length)
{
    static const unsigned char COUNTS[] = {0, 1, 0, 1, 0, 0, 0, 0};
    size_t end = question_end(message, length);
    if (end == 0 || end + sizeof RECORD > LARGEST)
        return 0;
    message[2] |= 0x80;
    message[3] = 0x80;
    memcpy(message + 4, COUNTS, sizeof COUNTS);
    memcpy(message + end, RECORD, sizeof RECORD);
    return end + sizeof RECORD;
}

static int open_socket(void)
{
    int on = 1, bytes = 2 << 20;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    check(fd, "socket");
    check(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
    check(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes), "SO_RCVBUFFORCE");
    check(bind(fd, (struct sockaddr *) &address, sizeof address), "bind");
    return fd;
}

static void *serve(void *unused)
{
    unsigned char buffers[BATCH][LARGEST];
    struct sockaddr_in peers[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr in[BATCH], out[BATCH];
    int fd = open_socket();
    (void) unused;
    memset(in, 0, sizeof in);
    for (int i = 0; i < BATCH; i++) {
        in[i].msg_hdr = (struct msghdr) {.msg_name = &peers[i], .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    for (;;) {
        int received, answers = 0, sent = 0;
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec) {buffers[i], LARGEST};
            in[i].msg_hdr.msg_namelen = sizeof peers[i];
        }
        received = recvmmsg(fd, in, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < received; i++) {
            size_t length = answer(buffers[i], in[i].msg_len);
            if (length > 0) {
                parts[i].iov_len = length;
                out[answers++] = in[i];
            }
        }
        while (sent < answers) {
            int some = sendmmsg(fd, out + sent, answers - sent, 0);
            /* One that can't be sent is left out. */
            sent += some > 0 ? some : 1;
        }
    }
    return NULL;
}

int main(int count, char **arguments)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (count != 3) {
        fprintf(stderr, "usage: responder ADDRESS PORT\n");
        return 2;
    }
    address.sin_family = AF_INET;
    address.sin_port = htons(atoi(arguments[2]));
    if (inet_pton(AF_INET, arguments[1], &address.sin_addr) != 1) {
        fprintf(stderr, "responder: not an IPv4 address: %s\n", arguments[1]);
        return 2;
    }
    for (long i = 1; i < cores; i++) {
        pthread_t thread;
        check(-pthread_create(&thread, NULL, serve, NULL), "pthread_create");
    }
    serve(NULL);
    return 0;
}
