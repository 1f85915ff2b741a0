# lib/config: what the user writes elsewhere than in arguments
lib_libsmtptls_a_SOURCES += lib/config/ports.c lib/config/ports.h
