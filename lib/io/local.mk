# lib/io: the loop
lib_libsmtptls_a_SOURCES += lib/io/loop.c lib/io/loop.h
