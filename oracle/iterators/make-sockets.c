// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes sockets of every kind that the simulated machine knows, in three processes, and keeps them: for recording inside a kernel that may be
 * attached to (record-sockets.sh). What /proc does not tell of them goes to the file that is named, a line each: `peer INODE INODE`,
 * `backlog INODE N`, `type INODE N` (of a netlink socket).
 *
 *     cc -static -o make-sockets make-sockets.c && make-sockets FILE
 */
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static FILE *known;

static unsigned long inode(int fd)
{
	struct stat stat;

	return fstat(fd, &stat) ? 0 : stat.st_ino;
}

static int need(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static socklen_t address(struct sockaddr_storage *to, int family, const char *text, int port)
{
	struct sockaddr_in6 *six = (void *)to;
	struct sockaddr_in *four = (void *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = family;
	if (family == AF_INET) {
		four->sin_port = htons(port);
		inet_pton(family, text, &four->sin_addr);
		return sizeof(*four);
	}
	six->sin6_port = htons(port);
	inet_pton(family, text, &six->sin6_addr);
	return sizeof(*six);
}

static int bound(int family, int type, const char *text, int port)
{
	int fd = need(socket(family, type, 0), "socket"), on = 1;
	struct sockaddr_storage at;
	socklen_t length = address(&at, family, text, port);

	setsockopt(fd, SOL_SOCKET, type == SOCK_STREAM ? SO_REUSEADDR : SO_REUSEPORT, &on, sizeof(on));
	need(bind(fd, (void *)&at, length), text);
	return fd;
}

static int listening(int family, const char *text, int port, int backlog, int defer)
{
	int fd = bound(family, SOCK_STREAM, text, port);

	if (defer)
		setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &defer, sizeof(defer));
	need(listen(fd, backlog), "listen");
	fprintf(known, "backlog %lu %d\n", inode(fd), backlog);
	return fd;
}

static void to(int fd, int family, const char *text, int port)
{
	struct sockaddr_storage at;
	socklen_t length = address(&at, family, text, port);

	need(connect(fd, (void *)&at, length), "connect");
}

static int connected(int family, const char *text, int port)
{
	int fd = need(socket(family, SOCK_STREAM, 0), "socket");

	to(fd, family, text, port);
	return fd;
}

static void tcp(void)
{
	int a = listening(AF_INET, "127.0.0.1", 8080, 16, 0), on = 1, one, two;
	int six = listening(AF_INET6, "::", 9090, 8, 0), own = listening(AF_INET6, "::1", 9091, 4, 0);

	listening(AF_INET, "0.0.0.0", 2222, 128, 0);
	listening(AF_INET, "127.0.0.1", 7070, 8, 600);
	listening(AF_INET6, "::1", 7071, 8, 600);
	/* Both ends, bytes that wait at one of them; and one that is kept alive. */
	one = connected(AF_INET, "127.0.0.1", 8080);
	two = need(accept(a, NULL, NULL), "accept");
	need(write(one, "unread bytes", 12), "write");
	setsockopt(two, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	connected(AF_INET6, "::1", 9091);
	need(accept(own, NULL, NULL), "accept");
	/* IPv4 on a socket of IPv6. */
	connected(AF_INET, "127.0.0.1", 9090);
	need(accept(six, NULL, NULL), "accept");
	/* The end that closes first waits; then one that the other end does not close. */
	one = connected(AF_INET, "127.0.0.1", 8080);
	two = need(accept(a, NULL, NULL), "accept");
	close(one);
	usleep(200000);
	close(two);
	one = connected(AF_INET6, "::1", 9091);
	two = need(accept(own, NULL, NULL), "accept");
	close(one);
	usleep(200000);
	close(two);
	one = connected(AF_INET, "127.0.0.1", 8080);
	need(accept(a, NULL, NULL), "accept");
	close(one);
	/* Asked for, and not there before data comes; there, and not accepted. */
	connected(AF_INET, "127.0.0.1", 7070);
	connected(AF_INET6, "::1", 7071);
	connected(AF_INET, "127.0.0.1", 8080);
}

static void udp(void)
{
	int small = 2304, receiver, sender;
	char block[1000] = "";

	bound(AF_INET, SOCK_DGRAM, "0.0.0.0", 5353);
	bound(AF_INET, SOCK_DGRAM, "0.0.0.0", 5353);
	bound(AF_INET6, SOCK_DGRAM, "::", 5353);
	bound(AF_INET6, SOCK_DGRAM, "::1", 5302);
	receiver = bound(AF_INET, SOCK_DGRAM, "127.0.0.1", 5300);
	setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	sender = bound(AF_INET, SOCK_DGRAM, "127.0.0.1", 5301);
	to(sender, AF_INET, "127.0.0.1", 5300);
	/* More than it takes: what is too much is dropped. */
	for (int i = 0; i < 12; i++)
		send(sender, block, sizeof(block), 0);
	sender = bound(AF_INET6, SOCK_DGRAM, "::1", 5304);
	to(sender, AF_INET6, "::1", 5302);
}

static int unix_bound(int type, const char *name, int length)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = need(socket(AF_UNIX, type, 0), "socket");

	memcpy(at.sun_path, name, length);
	need(bind(fd, (void *)&at, offsetof(struct sockaddr_un, sun_path) + length), "bind");
	if (type != SOCK_DGRAM) {
		need(listen(fd, 5), "listen");
		fprintf(known, "backlog %lu 5\n", inode(fd));
	}
	return fd;
}

static int unix_connected(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = need(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	strcpy(at.sun_path, path);
	need(connect(fd, (void *)&at, sizeof(at)), "connect");
	return fd;
}

static void pair(int type)
{
	int fds[2];

	need(socketpair(AF_UNIX, type, 0, fds), "socketpair");
	fprintf(known, "peer %lu %lu\n", inode(fds[0]), inode(fds[1]));
}

static void local(void)
{
	int server = unix_bound(SOCK_STREAM, "/tmp/server", sizeof("/tmp/server")), one, two;

	unix_bound(SOCK_DGRAM, "/tmp/log", sizeof("/tmp/log"));
	unix_bound(SOCK_STREAM, "\0alpha", 6);
	unix_bound(SOCK_DGRAM, "\0alpha", 6);
	unix_bound(SOCK_SEQPACKET, "\0beta", 5);
	unix_bound(SOCK_STREAM, "\0a\0b", 4);
	for (int i = 0; i < 8; i++) {
		char name[16] = "";

		unix_bound(SOCK_STREAM, name, 1 + sprintf(name + 1, "name-%d", i * i));
	}
	one = unix_connected("/tmp/server");
	two = need(accept(server, NULL, NULL), "accept");
	fprintf(known, "peer %lu %lu\n", inode(one), inode(two));
	/* Not accepted: the other end has no inode. */
	fprintf(known, "peer 0 %lu\n", inode(unix_connected("/tmp/server")));
	for (int i = 0; i < 12; i++)
		pair(i % 3 == 0 ? SOCK_DGRAM : i % 3 == 1 ? SOCK_STREAM : SOCK_SEQPACKET);
	need(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
}

static void netlink(int protocol, int type, unsigned int groups)
{
	struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = need(socket(AF_NETLINK, type, protocol), "socket");

	need(bind(fd, (void *)&at, sizeof(at)), "bind");
	fprintf(known, "type %lu %d\n", inode(fd), type);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	known = fopen(argv[1], "w");
	if (!known || need(fork(), "fork") == 0) {
		if (need(fork(), "fork") == 0) {
			need(setuid(1000), "setuid");
			listening(AF_INET, "127.0.0.1", 8181, 2, 0);
			bound(AF_INET, SOCK_DGRAM, "127.0.0.1", 5400);
			pair(SOCK_STREAM);
		} else {
			tcp();
			udp();
		}
	} else {
		local();
		netlink(NETLINK_ROUTE, SOCK_RAW, 1);
		netlink(NETLINK_ROUTE, SOCK_DGRAM, 0);
		netlink(NETLINK_KOBJECT_UEVENT, SOCK_RAW, 3);
		netlink(NETLINK_GENERIC, SOCK_RAW, 0);
	}
	fclose(known);
	for (;;)
		pause();
}
