#include "probe/visit.h"

struct visit {
	struct source source;
	const struct visit_spec *spec;
	struct arena *arena;
	struct tls_context *context;
	struct probe_spec probe_spec; /* of the connection at hand */
	struct probe *probe;
};

static enum progress visit_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct visit *visit = (struct visit *)source;
	return source_step(probe_source(visit->probe), fds, n, now);
}

static size_t visit_watch(struct source *source, struct pollfd *fds, size_t max, usec *wake) {
	const struct visit *visit = (const struct visit *)source;
	return source_watch(probe_source(visit->probe), fds, max, wake);
}

struct visit *visit_new(
	struct arena *arena, const struct visit_spec *spec, struct tls_context *context, usec now) {
	static const struct source_ops ops = {visit_watch, visit_step};
	struct visit *visit = arena_alloc(arena, sizeof *visit);
	visit->source.ops = &ops;
	visit->spec = spec;
	visit->arena = arena;
	visit->context = context;
	visit->probe_spec = spec->probe;
	visit->probe_spec.pass = 1;
	visit->probe = probe_new(arena, &visit->probe_spec, context, now);
	return visit;
}

struct source *visit_source(struct visit *visit) {
	return &visit->source;
}

bool visit_is_connected(const struct visit *visit) {
	return probe_is_connected(visit->probe);
}

void visit_write(struct visit *visit, struct report_node *node) {
	node->result = probe_result(visit->probe);
}

void visit_free(struct visit *visit) {
	if (visit != NULL) {
		probe_free(visit->probe);
	}
}
