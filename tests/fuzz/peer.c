/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail server that says what the input says. */
#define OPENSSL_SUPPRESS_DEPRECATED /* no other way to random numbers that repeat */
#include "peer.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../pki/pki.h"
#include "fuzz.h"

#define PEERS_MAX 64
#define KNOWN_MAX 8

/* One connection, seen from the server. */
struct peer {
	int ours; /* what the run holds, to tell connections apart */
	int fd;   /* -1: closed */
	SSL *tls; /* NULL: in clear */
	bool shaken;
	bool greeted;
	bool ended;
	size_t said;   /* octets of the script */
	size_t passed; /* octets of the handshake */
};

static struct {
	const struct peer_plan *plan;
	struct peer peers[PEERS_MAX];
	size_t n;
	size_t handshakes;
} state;

/* Random numbers of both sides, the same in each run: what an input reaches must not be a matter of
 * chance. Numbers of Marsaglia's xorshift, from wherever peer_start() puts them. */
static uint64_t chance = 1;

static int random_octets(unsigned char *octets, int n) {
	for (int i = 0; i < n; i++) {
		chance ^= chance << 13;
		chance ^= chance >> 7;
		chance ^= chance << 17;
		octets[i] = (uint8_t)(chance >> 32);
	}
	return 1;
}

static int random_is_ready(void) {
	return 1;
}

static void repeat_random(void) {
	static const RAND_METHOD method = {
		.bytes = random_octets, .pseudorand = random_octets, .status = random_is_ready};
	chance = UINT64_C(0x9E3779B97F4A7C15);
	FUZZ_REQUIRE(RAND_set_rand_method(&method) == 1);
}

static struct pki *shared_pki(void) {
	static struct pool pool;
	static struct pki *pki;
	if (pki == NULL) {
		pki = pki_new(&pool);
	}
	return pki;
}

static const struct pki_chain *find(const char *certificate) {
	const struct pki_chain *chain = pki_find(shared_pki(), certificate);
	FUZZ_REQUIRE(chain != NULL);
	return chain;
}

SSL_CTX *peer_tls(const char *certificate, int version) {
	static struct {
		const char *certificate;
		int version;
		SSL_CTX *tls;
	} known[KNOWN_MAX];
	size_t i = 0;
	while (known[i].tls != NULL &&
		   (strcmp(known[i].certificate, certificate) != 0 || known[i].version != version)) {
		i++;
		FUZZ_REQUIRE(i < KNOWN_MAX);
	}
	if (known[i].tls == NULL) {
		const struct pki_chain *chain = find(certificate);
		SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
		known[i].certificate = certificate;
		known[i].version = version;
		known[i].tls = tls;
		SSL_CTX_set_security_level(tls, 0);
		SSL_CTX_set_min_proto_version(tls, version);
		SSL_CTX_set_max_proto_version(tls, version);
		SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
		SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
		FUZZ_REQUIRE(SSL_CTX_use_cert_and_key(tls, chain->leaf, chain->key, chain->rest, 1) == 1);
	}
	return known[i].tls;
}

struct span peer_key_digest(const char *certificate) {
	static uint8_t data[PKI_DATA_MAX];
	size_t len = 0;
	FUZZ_REQUIRE(pki_data(shared_pki(), certificate, PKI_SPKI, 1, data, &len) && len == 32);
	return (struct span){data, len};
}

struct span peer_certificate(const char *certificate, size_t depth) {
	const struct pki_chain *chain = find(certificate);
	X509 *wanted = depth == 0 ? chain->leaf : sk_X509_value(chain->rest, (int)depth - 1);
	unsigned char *der = NULL;
	int len = wanted == NULL ? 0 : i2d_X509(wanted, &der);
	FUZZ_REQUIRE(len >= 0);
	return (struct span){der, (size_t)len};
}

/* NOLINTBEGIN(bugprone-reserved-identifier) */
int __wrap_socket(int family, int type, int protocol) {
	int fds[2];
	(void)family;
	(void)protocol;
	FUZZ_REQUIRE(socketpair(AF_UNIX, type, 0, fds) == 0);
	FUZZ_REQUIRE(fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0);
	FUZZ_REQUIRE(state.n < PEERS_MAX);
	state.peers[state.n++] = (struct peer){.ours = fds[0], .fd = fds[1]};
	return fds[0];
}

int __wrap_connect(int fd, const struct sockaddr *address, unsigned len) {
	(void)fd;
	(void)address;
	(void)len;
	return 0;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void hang_up(struct peer *peer) {
	if (!peer->ended) {
		(void)shutdown(peer->fd, SHUT_WR);
		peer->ended = true;
	}
}

/* Whoever does not read loses what does not fit: the run is then told that it ended. */
static void send_octets(struct peer *peer, struct span octets) {
	if (!peer->ended && octets.len > 0 &&
		send(peer->fd, octets.at, octets.len, MSG_NOSIGNAL) != (ssize_t)octets.len) {
		hang_up(peer);
	}
}

/* One octet of the handshake, with what becomes of it. */
static size_t damaged(struct peer *peer, uint8_t octet, uint8_t out[2]) {
	size_t n = 1;
	out[0] = octet;
	for (size_t i = 0; i < state.plan->n_damage; i++) {
		const struct peer_damage *damage = &state.plan->damage[i];
		if (damage->at != peer->passed) {
			continue;
		}
		switch (damage->how) {
		case PEER_DAMAGE_XOR:
			out[0] ^= damage->value;
			break;
		case PEER_DAMAGE_INSERT:
			out[1] = damage->value;
			n = 2;
			break;
		case PEER_DAMAGE_DROP:
		case PEER_DAMAGE_END:
		case PEER_DAMAGE_HOWS:
			n = 0;
			break;
		}
		peer->passed += damage->how == PEER_DAMAGE_END ? 0 : 1;
		if (damage->how == PEER_DAMAGE_END) {
			hang_up(peer);
		}
		return n;
	}
	peer->passed++;
	return n;
}

/* What TLS has to say, the handshake's damaged. */
static void flush(struct peer *peer) {
	uint8_t octets[4096];
	uint8_t out[2 * sizeof octets];
	int n;
	while ((n = BIO_read(SSL_get_wbio(peer->tls), octets, sizeof octets)) > 0) {
		size_t len = 0;
		for (int i = 0; i < n && !peer->ended; i++) {
			len += damaged(peer, octets[i], out + len);
		}
		send_octets(peer, (struct span){out, len});
	}
}

/* The next turn, in clear or inside TLS. */
static void say(struct peer *peer) {
	struct span script = state.plan->script;
	struct span rest = {script.at + peer->said, script.len - peer->said};
	if (rest.len == 0) {
		if (state.plan->hangs_up) {
			hang_up(peer);
		}
		return;
	}
	const uint8_t *end = memchr(rest.at, PEER_TURN_END, rest.len);
	struct span turn = {rest.at, end != NULL ? (size_t)(end - rest.at) : rest.len};
	peer->said += turn.len + (end != NULL ? 1 : 0);
	if (peer->tls == NULL) {
		send_octets(peer, turn);
	} else if (turn.len > 0) {
		(void)SSL_write(peer->tls, turn.at, (int)turn.len);
		flush(peer);
	}
}

static void start_tls(struct peer *peer) {
	peer->tls = SSL_new(state.plan->tls);
	FUZZ_REQUIRE(peer->tls != NULL);
	SSL_set_bio(peer->tls, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_accept_state(peer->tls);
}

static void hear_tls(struct peer *peer, struct span octets) {
	uint8_t heard[4096];
	(void)BIO_write(SSL_get_rbio(peer->tls), octets.at, (int)octets.len);
	ERR_clear_error();
	int done = peer->shaken ? 1 : SSL_do_handshake(peer->tls);
	if (done == 1 && !peer->shaken) {
		peer->shaken = true;
		state.handshakes++;
	}
	bool broken = done != 1 && SSL_get_error(peer->tls, done) == SSL_ERROR_SSL;
	flush(peer);
	if (peer->shaken && !peer->greeted) {
		peer->greeted = true;
		say(peer);
	}
	while (peer->shaken && SSL_read(peer->tls, heard, sizeof heard) > 0) {
		say(peer);
	}
	if (broken || (SSL_get_shutdown(peer->tls) & SSL_RECEIVED_SHUTDOWN) != 0) {
		hang_up(peer);
	}
	ERR_clear_error();
}

static void hear(struct peer *peer, struct span octets) {
	bool hello = peer->tls == NULL && state.plan->tls != NULL && octets.at[0] == 0x16;
	if (hello) {
		start_tls(peer);
	}
	if (peer->tls != NULL) {
		hear_tls(peer, octets);
	} else {
		say(peer);
	}
}

static void drop(struct peer *peer) {
	SSL_free(peer->tls);
	peer->tls = NULL;
	if (peer->fd >= 0) {
		(void)close(peer->fd);
	}
	peer->fd = -1;
}

bool peer_moves(void) {
	uint8_t octets[16384];
	bool moved = false;
	for (size_t i = 0; i < state.n; i++) {
		struct peer *peer = &state.peers[i];
		if (peer->fd < 0) {
			continue;
		}
		if (!peer->greeted && !state.plan->wrapper) {
			peer->greeted = true;
			say(peer);
			moved = true;
		}
		ssize_t n = recv(peer->fd, octets, sizeof octets, 0);
		if (n > 0) {
			hear(peer, (struct span){octets, (size_t)n});
			moved = true;
		} else if (n == 0) {
			drop(peer);
		}
	}
	return moved;
}

void peer_start(const struct peer_plan *plan) {
	repeat_random();
	state.plan = plan;
	state.n = state.handshakes = 0;
}

size_t peer_handshakes(void) {
	return state.handshakes;
}

void peer_end(void) {
	for (size_t i = 0; i < state.n; i++) {
		drop(&state.peers[i]);
	}
	state.n = 0;
}
