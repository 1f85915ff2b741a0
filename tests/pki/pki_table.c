/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of certificates that tests know by name. */
#include "pki.h"

static const char *const table[] = {
	/* authorities */
	"root issuer=self ca=yes cn=Test_Root san=none chain=none from=-1000d to=+3000d",
	"otherroot issuer=self ca=yes cn=Other_Root san=none chain=none from=-1000d to=+3000d",
	"inter issuer=root ca=yes cn=Test_Intermediate san=none chain=none from=-500d to=+1000d",
	"otherinter issuer=otherroot ca=yes cn=Other_Intermediate san=none chain=none to=+1000d",
	"expiredinter issuer=root ca=yes cn=Old_Intermediate san=none chain=none from=-500d to=-1d",
	"shortinter issuer=root ca=yes cn=Short_Intermediate san=none chain=none from=-100d to=+5d",
	"narrowinter issuer=root ca=yes cn=Narrow_Intermediate san=none chain=none permit=other.test",
	/* leaves: valid */
	"good",
	"good2",
	"good3",
	"fromroot issuer=root chain=none",
	"selfsigned issuer=self chain=none",
	"wildcard san=*.example.test",
	"wildtwo san=*.test",
	"wildpart san=mx*.example.test",
	"cnonly cn=mx1.example.test san=none",
	"cnwrong cn=mx1.example.test san=other.example.test",
	"domain san=example.test",
	"rsa2048 key=rsa2048",
	"p384 key=p384",
	"ed25519 key=ed25519",
	"ed448 key=ed448",
	/* leaves: something is wrong with them */
	"expired from=-91d to=-1d",
	"notyet from=+2d to=+92d",
	"expiring3d from=-87d to=+3d",
	"expiring10d from=-80d to=+10d",
	"halflife from=-50d to=+40d",
	"wrongname san=wrong.example.test",
	"wrongexpired san=wrong.example.test from=-91d to=-1d",
	"rsa1024 key=rsa1024",
	"sha1 sig=sha1",
	"clientonly eku=client",
	"stranger issuer=otherinter chain=otherinter",
	"underexpired issuer=expiredinter chain=expiredinter",
	"undershort issuer=shortinter chain=shortinter",
	"undernarrow issuer=narrowinter chain=narrowinter",
};

const char *const *pki_table(size_t *n) {
	*n = sizeof table / sizeof table[0];
	return table;
}
