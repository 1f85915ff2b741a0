# lib/config: what the user writes elsewhere than in arguments
lib_libsmtptls_a_SOURCES += lib/config/ports.c lib/config/ports.h \
	lib/config/idn.h lib/config/main_cf.h lib/config/postfix_params.h
