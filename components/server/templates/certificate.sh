#!/bin/bash
# Gets the certificate where there is none yet; Debian's own timer of certbot renews it. Tried again by a timer, because
# names may not lead here at first.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/slipway/certificate
log=/var/log/letsencrypt/letsencrypt.log
rm -f "$log"
certbot certonly --non-interactive --agree-tos --keep-until-expiring --cert-name "$NAME" --email "$EMAIL" \
  --deploy-hook /usr/local/lib/slipway/tls "${PROOF[@]}" "${NAMES[@]}" || {
  code=$?
  # What the authority refused last: Debian's certbot dies of some refusals with "can't set attribute", and a limit of the
  # authority's looks like any other fault. A bad nonce it tries again by itself.
  [ ! -e "$log" ] || awk '/^[0-9-]+ [0-9:,]+:/ { on = 0 }
    /^HTTP / { on = /^HTTP 4/; if (on) { before = said; said = "" } }
    /badNonce/ { on = 0; said = before }
    on { said = said $0 "\n" }
    END { if (said) print "slipway: the authority said:\n" said }' "$log"
  exit "$code"
}
/usr/local/lib/slipway/tls
systemctl disable --now slipway-certificate.timer
