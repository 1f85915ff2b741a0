# unit tests of tls
