# lib/probe: one target, and the survey over all of them
lib_libsmtptls_a_SOURCES += \
	lib/probe/candidates.c lib/probe/candidates.h \
	lib/probe/conn.c lib/probe/conn.h \
	lib/probe/hosts.c lib/probe/hosts.h \
	lib/probe/lookups.c lib/probe/lookups.h \
	lib/probe/probe.c lib/probe/probe.h \
	lib/probe/probe_tls.c lib/probe/probe_tls.h \
	lib/probe/probe_trace.c lib/probe/probe_trace.h \
	lib/probe/reconnect_plan.h \
	lib/probe/report.c lib/probe/report.h \
	lib/probe/result.c lib/probe/result.h \
	lib/probe/survey.c lib/probe/survey.h \
	lib/probe/targets.c lib/probe/targets.h \
	lib/probe/tls_policy.c lib/probe/tls_policy.h \
	lib/probe/visit.c lib/probe/visit.h
