# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""relay.py PORT: what comes to 127.0.0.1 port 53 over UDP is asked at that port, so that resolv.conf can name the demo's resolver."""
import socket
import sys

here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind(("127.0.0.1", 53))
while True:
    question, who = here.recvfrom(65535)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.settimeout(5)
        there.sendto(question, ("127.0.0.1", int(sys.argv[1])))
        try:
            here.sendto(there.recv(65535), who)
        except OSError:
            pass
