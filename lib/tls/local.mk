# lib/tls
