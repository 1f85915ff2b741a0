# lib/probe
lib_libsmtptls_a_SOURCES += \
	lib/probe/tls_policy.c lib/probe/tls_policy.h \
	lib/probe/targets.c lib/probe/targets.h \
	lib/probe/report.c lib/probe/report.h \
	lib/probe/result.c lib/probe/result.h
