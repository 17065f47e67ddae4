/* Preloaded into ip(8), so that it reads a dump of links from a file instead of from the kernel.

   Every request is answered from here and none reaches the kernel: a dump of links by the messages in
   $REPLAY_LINKS, any other dump by nothing, and any other question by "no such device". */

#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static char answer[1 << 20];
static size_t length;

static void append(const void *data, size_t size)
{
    if (length + size > sizeof answer)
        abort();
    memcpy(answer + length, data, size);
    length += size;
}

static void ask(int fd, const struct nlmsghdr *request)
{
    struct sockaddr_nl self = {0};
    socklen_t size = sizeof self;
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
    } end = {.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(int)), .nlmsg_type = NLMSG_DONE, .nlmsg_flags = NLM_F_MULTI}};

    length = 0;
    getsockname(fd, (struct sockaddr *)&self, &size);
    if (request->nlmsg_flags & NLM_F_DUMP) {
        if (request->nlmsg_type == RTM_GETLINK) {
            FILE *file = fopen(getenv("REPLAY_LINKS"), "rb");
            if (!file)
                abort();
            length = fread(answer, 1, sizeof answer, file);
            fclose(file);
        }
    } else {
        end.header.nlmsg_len = sizeof end;
        end.header.nlmsg_type = NLMSG_ERROR;
        end.header.nlmsg_flags = 0;
        end.error.error = -ENODEV;
    }
    append(&end, end.header.nlmsg_len);
    for (size_t place = 0; place < length; ) {
        struct nlmsghdr *header = (struct nlmsghdr *)(answer + place);
        header->nlmsg_seq = request->nlmsg_seq;
        header->nlmsg_pid = self.nl_pid;
        place += NLMSG_ALIGN(header->nlmsg_len);
    }
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    (void)flags;
    ask(fd, data);
    return (ssize_t)size;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    size_t size = 0;
    (void)flags;
    for (size_t part = 0; part < message->msg_iovlen; part++)
        size += message->msg_iov[part].iov_len;
    ask(fd, message->msg_iov[0].iov_base);
    return (ssize_t)size;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    size_t room = message->msg_iov[0].iov_len, whole = length;

    (void)fd;
    memcpy(message->msg_name, &kernel, sizeof kernel);
    message->msg_namelen = sizeof kernel;
    message->msg_flags = room < whole ? MSG_TRUNC : 0;
    memcpy(message->msg_iov[0].iov_base, answer, room < whole ? room : whole);
    if (!(flags & MSG_PEEK))
        length = 0;
    return (ssize_t)(flags & MSG_TRUNC || room >= whole ? whole : room);
}
