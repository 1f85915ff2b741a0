# lib/verdict: limits in, judgement out
lib_libsmtptls_a_SOURCES += \
	lib/verdict/range.c lib/verdict/range.h \
	lib/verdict/limits.c lib/verdict/limits.h \
	lib/verdict/findings.c lib/verdict/findings.h
