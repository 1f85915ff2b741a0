#include "probe/probe_tls.h"

/* Anonymous suites come first where nobody is authenticated, as a sending Postfix offers them. A
 * session that is verified for the report wants a certificate if there is one: there they come
 * last. */
static enum tls_anonymous anonymous_for(const struct tls_policy *policy) {
	if (tls_level_must_match(policy->level)) {
		return TLS_ANONYMOUS_NEVER;
	}
	return policy->report_as != policy->level ? TLS_ANONYMOUS_LAST : TLS_ANONYMOUS_FIRST;
}

struct tls_spec probe_tls_spec(const struct tls_policy *policy, const struct tls_wish *wish) {
	return (struct tls_spec){
		.level = policy->level,
		.anonymous = anonymous_for(policy),
		.report_as = policy->report_as,
		.tlsa = policy->tlsa,
		.n_tlsa = policy->n_tlsa,
		.fingerprints = wish->fingerprints,
		.n_fingerprints = wish->n_fingerprints,
		.names = policy->names,
		.n_names = policy->n_names,
		.sni = policy->sni,
	};
}
