# Scenarios of smtp-tls-finger, in the order of the alphabet
FINGER_SCENARIOS = \
	tests/scenario/finger/chain.scn \
	tests/scenario/finger/dane.scn \
	tests/scenario/finger/dane_ee_old.scn \
	tests/scenario/finger/dane_ta.scn \
	tests/scenario/finger/destination.scn \
	tests/scenario/finger/dialogue.scn \
	tests/scenario/finger/dns.scn \
	tests/scenario/finger/dnssec_probe.scn \
	tests/scenario/finger/ended.scn \
	tests/scenario/finger/garbage_instead_of_tls.scn \
	tests/scenario/finger/lines.scn \
	tests/scenario/finger/lmtp.scn \
	tests/scenario/finger/log_ok.scn \
	tests/scenario/finger/log_words.scn \
	tests/scenario/finger/no_tls.scn \
	tests/scenario/finger/no_tls_wrapper.scn \
	tests/scenario/finger/output_lost.scn \
	tests/scenario/finger/reconnect.scn \
	tests/scenario/finger/reconnect_declined.scn \
	tests/scenario/finger/reconnect_fails.scn \
	tests/scenario/finger/reconnect_half_dane.scn \
	tests/scenario/finger/reconnect_load_balancer.scn \
	tests/scenario/finger/reconnect_maximum.scn \
	tests/scenario/finger/reconnect_no_starttls.scn \
	tests/scenario/finger/reconnect_untrusted.scn \
	tests/scenario/finger/srv.scn \
	tests/scenario/finger/starttls.scn \
	tests/scenario/finger/tls.scn \
	tests/scenario/finger/trust.scn \
	tests/scenario/finger/usage.scn \
	tests/scenario/finger/wrapper.scn
