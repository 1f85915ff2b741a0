/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the policy is, asking for it, and what the answer is worth. */
#include "probe/policy_fetch.h"

#include "probe/announcements.h"
#include "probe/node_order.h"
#include "tls/tls_client.h"

#define HOST_PREFIX "mta-sts."
#define POLICY_PATH "/.well-known/mta-sts.txt"

/* --- where it is --- */

static bool is_wanted(const struct policy_fetch_job *job) {
	return job->spec->mta_sts >= SURVEY_STS_CHECK && job->report->sts.question != NULL;
}

/* Together with the record that makes them of use: a round trip less. */
static void ask_addresses(struct policy_fetch_job *job, usec now) {
	struct policy_facts *facts = &job->report->policy;
	struct text host = text_new(job->arena, DNS_NAME_MAX);
	text_add(&host, HOST_PREFIX);
	text_add(&host, job->spec->destination->name);
	facts->host = host.at;
	if (host.cut) {
		return;
	}
	if (job->spec->order.ipv4) {
		facts->addresses[0] = lookups_ask_beside(job->lookups, host.at, DNS_TYPE_A, now);
	}
	if (job->spec->order.ipv6) {
		facts->addresses[1] = lookups_ask_beside(job->lookups, host.at, DNS_TYPE_AAAA, now);
	}
}

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

/* How many addresses there are; *failed when there may be others. */
static size_t collect(struct policy_fetch_job *job, bool *failed) {
	size_t n = 0;
	*failed = false;
	for (size_t i = 0; i < 2; i++) {
		const struct dns_question *question = job->report->policy.addresses[i];
		if (question == NULL) {
			continue;
		}
		*failed = *failed || !dns_outcome_is_answer(question->outcome);
		for (size_t k = 0; question->outcome == DNS_FOUND && k < question->answer.n_records &&
						   n < POLICY_ADDRESSES_MAX;
			 k++) {
			job->addresses[n++] = targets_address_text(job->arena, &question->answer.records[k]);
		}
	}
	return n;
}

/* --- asking --- */

static enum progress end(struct policy_fetch_job *job, enum policy_fetch outcome) {
	job->report->policy.outcome = outcome;
	job->over = true;
	return PROGRESS_DONE;
}

static bool open_library(struct policy_fetch_job *job) {
	struct err *err = &job->report->policy.err;
	tls_library_widen(); /* libcurl shares it */
	job->library = http_open(job->arena, err);
	job->http = job->library == NULL ? NULL : http_new(job->library, job->arena, err);
	return job->http != NULL;
}

static enum progress start(struct policy_fetch_job *job, size_t n_addresses, usec now) {
	struct tls_authorities authorities = tls_web_authorities(job->spec->tls);
	if (authorities.file == NULL && authorities.directory == NULL) {
		(void)err_set(&job->report->policy.err, ERR_LOCAL, "there is no CA to trust");
		return end(job, POLICY_FAILED);
	}
	job->started = now;
	job->request = (struct http_request){.host = job->report->policy.host,
		.path = POLICY_PATH,
		.addresses = job->addresses,
		.n_addresses = n_addresses,
		.agent = "check_smtp_tls",
		.ca_file = authorities.file,
		.ca_path = authorities.directory,
		.answer_max = STS_POLICY_OCTETS_MAX,
		.deadline = usec_min(deadline_after(now, POLICY_FETCH_MAX), job->latest)};
	job->answer = http_start(job->http, &job->request, now);
	return PROGRESS_MOVED;
}

/* Without a record that announces a policy, nobody fetches one. */
static enum progress begin(struct policy_fetch_job *job, usec now) {
	const struct report_announcement *sts = &job->report->sts;
	const struct policy_facts *facts = &job->report->policy;
	if (facts->host == NULL) {
		ask_addresses(job, now);
	}
	if (is_pending(sts->question)) {
		return PROGRESS_WAITING;
	}
	announcements_read(job->report, job->arena);
	if (!sts->known || sts->record.outcome != POLICY_RECORD_VALID) {
		return end(job, POLICY_NOT_FETCHED);
	}
	if (is_pending(facts->addresses[0]) || is_pending(facts->addresses[1])) {
		return PROGRESS_WAITING;
	}
	bool failed = false;
	size_t n = collect(job, &failed);
	if (n == 0) {
		return end(job, failed ? POLICY_LOOKUP_FAILED : POLICY_NO_HOST);
	}
	if (!open_library(job)) {
		return end(job, POLICY_FAILED);
	}
	return start(job, n, now);
}

/* --- the answer --- */

static enum policy_fetch outcome_of(const struct http_answer *answer) {
	switch (answer->outcome) {
	case HTTP_ANSWERED:
		return answer->status == 200 ? POLICY_FETCHED : POLICY_STATUS;
	case HTTP_TOO_LONG:
		return answer->status == 200 || answer->status == 0 ? POLICY_TOO_LONG : POLICY_STATUS;
	case HTTP_NOT_CONNECTED:
		return POLICY_NOT_CONNECTED;
	case HTTP_TLS_FAILED:
		return POLICY_TLS_FAILED;
	case HTTP_UNTRUSTED:
		return POLICY_UNTRUSTED;
	case HTTP_BROKEN:
		return POLICY_BROKEN;
	case HTTP_FAILED:
		return POLICY_FAILED;
	case HTTP_PENDING:
	case HTTP_TIMED_OUT:
		break;
	}
	return POLICY_TIMED_OUT;
}

static enum progress read_answer(struct policy_fetch_job *job, usec now) {
	const struct http_answer *answer = job->answer;
	struct policy_facts *facts = &job->report->policy;
	facts->address = answer->address;
	facts->status = answer->status;
	facts->type = answer->type;
	facts->words = answer->words;
	facts->err = answer->err;
	facts->elapsed = now - job->started;
	enum policy_fetch outcome = outcome_of(answer);
	if (outcome == POLICY_FETCHED) {
		facts->policy = sts_policy_read(job->arena, answer->body);
	}
	return end(job, outcome);
}

/* --- --- */

enum progress policy_fetch_step(
	struct policy_fetch_job *job, const struct pollfd *fds, size_t n, usec now) {
	if (job->over || !is_wanted(job)) {
		return PROGRESS_DONE;
	}
	if (job->answer == NULL) {
		return begin(job, now);
	}
	enum progress progress = source_step(http_source(job->http), fds, n, now);
	return job->answer->outcome == HTTP_PENDING ? progress : read_answer(job, now);
}

size_t policy_fetch_watch(
	const struct policy_fetch_job *job, struct pollfd *fds, size_t max, usec now, usec *wake) {
	bool waiting = job->answer != NULL && !job->over;
	return waiting ? source_watch(http_source(job->http), fds, max, now, wake) : 0;
}

void policy_fetch_clear(struct policy_fetch_job *job) {
	if (job->answer != NULL && !job->over) {
		job->report->policy.cut_off = true;
		(void)end(job, POLICY_NOT_FETCHED);
	}
	http_free(job->http);
	http_close(job->library);
	job->http = NULL;
	job->library = NULL;
}
