/* Asks an echo server on loopback as fast as it answers, and prints how often it did.
 *
 * echo_load PORT CLIENTS SECONDS per-connection|one-each
 *
 * One thread, one epoll. "per-connection": each client keeps its connection and asks again when the answer is there;
 * the clock starts when all are connected and were answered once, one after the other, for a short accept queue drops
 * what comes at once. "one-each": each round trip has a connection of its own, closed with a reset so that no port
 * stays in TIME_WAIT.
 * Prints: round trips, seconds, CPU seconds of this process, connections that failed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { QUESTION = 64, MOST_CLIENTS = 4096 };

static struct sockaddr_in server;
static char question[QUESTION];
static int poller;
static int answered[MOST_CLIENTS]; /* octets of the current answer, by client */
static int sockets[MOST_CLIENTS];
static long failures;

static double now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return moment.tv_sec + moment.tv_nsec / 1e9;
}

static void drop(int client) {
    struct linger at_once = {1, 0};
    setsockopt(sockets[client], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(sockets[client]);
    sockets[client] = -1;
}

/* Ask on a connection that is being made: the kernel sends it when it stands. */
static int begin(int client) {
    int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    struct epoll_event event = {.events = EPOLLOUT, .data.u32 = client};
    if (made < 0) return 0;
    sockets[client] = made;
    answered[client] = 0;
    if ((connect(made, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS) ||
        setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) ||
        epoll_ctl(poller, EPOLL_CTL_ADD, made, &event)) {
        drop(client);
        failures++;
        return 0;
    }
    return 1;
}

static int ask(int client) {
    if (send(sockets[client], question, QUESTION, 0) == QUESTION) return 1;
    failures++;
    drop(client);
    return 0;
}

/* What epoll found for a client; how many round trips that completed. */
static int look(const struct epoll_event *found) {
    char buffer[4096];
    int client = (int)found->data.u32;
    if (found->events & EPOLLOUT && !(found->events & (EPOLLERR | EPOLLHUP))) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = client};
        epoll_ctl(poller, EPOLL_CTL_MOD, sockets[client], &event);
        ask(client);
        return 0;
    }
    ssize_t got = recv(sockets[client], buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return 0;
    if (got <= 0) {
        failures++;
        drop(client);
        return 0;
    }
    answered[client] += (int)got;
    if (answered[client] < QUESTION) return 0;
    answered[client] = 0;
    return 1;
}

int main(int count, char **words) {
    if (count != 5) return 2;
    int clients = atoi(words[2]), one_each = !strcmp(words[4], "one-each");
    double lasting = atof(words[3]), started, ended;
    long trips = 0;
    struct epoll_event found[256];
    struct rusage used, before;
    if (clients < 1 || clients > MOST_CLIENTS) return 2;
    server.sin_family = AF_INET;
    server.sin_port = htons((unsigned short)atoi(words[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(question, 'q', QUESTION);
    memset(sockets, -1, sizeof sockets);
    poller = epoll_create1(0);
    for (int client = 0; client < clients && !one_each; client++) {
        if (!begin(client)) return 1;
        for (int done = 0; !done;) {
            if (epoll_wait(poller, found, 1, 5000) != 1) return 1;
            done = look(found);
            if (sockets[client] < 0) return 1;
        }
    }
    for (int client = 0; client < clients; client++)
        if (one_each)
            begin(client);
        else
            ask(client);
    getrusage(RUSAGE_SELF, &before);
    started = now();
    ended = started + lasting;
    while (now() < ended) {
        int ready = epoll_wait(poller, found, 256, 100);
        for (int number = 0; number < ready; number++) {
            int client = (int)found[number].data.u32, done = look(&found[number]);
            trips += done;
            if (done && one_each) drop(client);
            if (sockets[client] < 0)
                begin(client);
            else if (done)
                ask(client);
        }
        for (int client = 0; !ready && client < clients; client++)
            if (sockets[client] < 0) begin(client);
    }
    ended = now();
    getrusage(RUSAGE_SELF, &used);
    printf("%ld %.3f %.3f %ld\n", trips, ended - started,
           used.ru_utime.tv_sec + used.ru_stime.tv_sec - before.ru_utime.tv_sec - before.ru_stime.tv_sec +
               (used.ru_utime.tv_usec + used.ru_stime.tv_usec - before.ru_utime.tv_usec - before.ru_stime.tv_usec) / 1e6,
           failures);
    return 0;
}
