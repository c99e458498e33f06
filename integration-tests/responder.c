/*
 * Answers every query with the same record: the least that an answer in batches can cost, for the bench to compare with.
 *
 *     responder ADDRESS PORT
 *
 * A thread for each core has a socket of its own (SO_REUSEPORT), reads up to 64 datagrams with one recvmmsg and sends all answers with one
 * sendmmsg. Another one does the same over TCP: it reads what a connection has, and sends all answers at once. What is not a query of one
 * question is dropped.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, HEADER = 12, LARGEST = 512, CONNECTIONS = 4096, READ = 8192 };

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

static int open_socket(int type)
{
    int on = 1, bytes = 2 << 20;
    int fd = socket(AF_INET, type, 0);
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
    int fd = open_socket(SOCK_DGRAM);
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

/* What a connection has sent of a query that is not complete. */
struct rest {
    size_t length;
    unsigned char bytes[2 + LARGEST];
};

/* Answers all that has come over a connection; 0 if the client has closed it, or sends what is too long. */
static int answer_all(int fd, struct rest *rest)
{
    static _Thread_local unsigned char in[2 + LARGEST + READ], out[64 * READ / HEADER];
    size_t at = 0, length = rest->length, answers = 0;
    memcpy(in, rest->bytes, length);
    ssize_t received = recv(fd, in + length, READ, MSG_DONTWAIT);
    if (received <= 0)
        return 0;
    length += received;
    while (length - at >= 2) {
        size_t query = in[at] << 8 | in[at + 1];
        if (query > LARGEST)
            return 0;
        if (length - at - 2 < query)
            break;
        memcpy(out + answers + 2, in + at + 2, query);
        size_t size = answer(out + answers + 2, query);
        out[answers] = size >> 8;
        out[answers + 1] = size;
        answers += size > 0 ? size + 2 : 0;
        at += 2 + query;
    }
    rest->length = length - at;
    memcpy(rest->bytes, in + at, rest->length);
    return answers == 0 || send(fd, out, answers, MSG_NOSIGNAL) == (ssize_t) answers;
}

static void *serve_tcp(void *unused)
{
    struct rest *rests = calloc(CONNECTIONS, sizeof *rests);
    struct epoll_event wanted = {.events = EPOLLIN}, ready[BATCH];
    int on = 1, poll = epoll_create1(0), listener = open_socket(SOCK_STREAM);
    (void) unused;
    check(listen(listener, CONNECTIONS), "listen");
    check(poll, "epoll_create1");
    wanted.data.fd = listener;
    check(epoll_ctl(poll, EPOLL_CTL_ADD, listener, &wanted), "epoll_ctl");
    for (;;) {
        int events = epoll_wait(poll, ready, BATCH, -1);
        for (int i = 0; i < events; i++) {
            int fd = ready[i].data.fd;
            if (fd != listener) {
                if (!answer_all(fd, &rests[fd]))
                    close(fd);
                continue;
            }
            fd = accept(listener, NULL, NULL);
            if (fd >= CONNECTIONS) {
                close(fd);
            } else if (fd >= 0) {
                rests[fd].length = 0;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                wanted.data.fd = fd;
                check(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wanted), "epoll_ctl");
            }
        }
    }
    return NULL;
}

static void start(void *(*routine)(void *))
{
    pthread_t thread;
    check(-pthread_create(&thread, NULL, routine, NULL), "pthread_create");
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
    for (long i = 0; i < cores; i++) {
        start(serve_tcp);
        if (i > 0)
            start(serve);
    }
    serve(NULL);
    return 0;
}
