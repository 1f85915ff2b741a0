/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A network namespace with loopback and more addresses. */
#include "netns.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool write_file(const char *path, const char *text) {
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	ssize_t n = write(fd, text, strlen(text));
	close(fd);
	return n == (ssize_t)strlen(text);
}

static bool loopback_up(void) {
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return false;
	}
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	bool ok = ioctl(fd, SIOCSIFFLAGS, &request) == 0;
	close(fd);
	return ok;
}

bool netns_enter(void) {
	char map[64];
	unsigned int uid = (unsigned int)getuid();
	unsigned int gid = (unsigned int)getgid();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		return false;
	}
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", uid);
	bool ok = write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof map, "0 %u 1", gid);
	return ok && write_file("/proc/self/gid_map", map) && loopback_up();
}

struct request {
	struct nlmsghdr head;
	struct ifaddrmsg address;
	char attributes[64];
};

static void add_attribute(
	struct request *request, unsigned short type, const void *data, size_t len) {
	struct rtattr *attribute =
		(struct rtattr *)((char *)request + NLMSG_ALIGN(request->head.nlmsg_len));
	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(attribute), data, len);
	request->head.nlmsg_len =
		(unsigned int)(NLMSG_ALIGN(request->head.nlmsg_len) + RTA_LENGTH(len));
}

/* The kernel's word on a request: 0, or a negative error. */
static int acknowledgement(int fd) {
	char bytes[512];
	ssize_t len = recv(fd, bytes, sizeof bytes, 0);
	struct nlmsghdr head;
	struct nlmsgerr error;
	if (len < (ssize_t)(NLMSG_HDRLEN + sizeof error)) {
		return -1;
	}
	memcpy(&head, bytes, sizeof head);
	memcpy(&error, bytes + NLMSG_HDRLEN, sizeof error);
	return head.nlmsg_type == NLMSG_ERROR ? error.error : -1;
}

bool netns_add_address(const char *address) {
	unsigned char bytes[16];
	int family = strchr(address, ':') == NULL ? AF_INET : AF_INET6;
	size_t len = family == AF_INET ? 4 : 16;
	struct request request = {.head.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg))};
	if (inet_pton(family, address, bytes) != 1) {
		return false;
	}
	request.head.nlmsg_type = RTM_NEWADDR;
	request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
	request.address.ifa_family = (unsigned char)family;
	request.address.ifa_prefixlen = (unsigned char)(len * 8);
	request.address.ifa_flags = IFA_F_PERMANENT | IFA_F_NODAD;
	request.address.ifa_index = if_nametoindex("lo");
	add_attribute(&request, IFA_LOCAL, bytes, len);
	add_attribute(&request, IFA_ADDRESS, bytes, len);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0) {
		return false;
	}
	bool ok = send(fd, &request, request.head.nlmsg_len, 0) == (ssize_t)request.head.nlmsg_len &&
			  acknowledgement(fd) == 0;
	close(fd);
	return ok;
}
