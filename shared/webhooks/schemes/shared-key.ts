import { DEFAULT_KEY_HEADER } from '#shared/domain/partner/partner.ts';
import { forged, hmacSha256, type SignatureScheme, sameText } from '../scheme.ts';

/**
 * A key in a header that the partner's settings name, for senders that sign nothing (Dynamics 365, Dataverse). It shows who sends and not
 * what: whoever sees the key can send anything, so it is for systems that can do nothing better. Compared by digests, so that not even the
 * length of the key shows in the time it takes.
 */
export const sharedKey: SignatureScheme = {
  verify({ headers, secrets, settings }) {
    const key = headers[settings?.header ?? DEFAULT_KEY_HEADER];
    if (!key) return forged('header-missing');
    if (secrets.length === 0) return forged('no-secret');
    let found = false;
    for (const secret of secrets) if (sameText(digest(key), digest(secret))) found = true;
    return found ? { ok: true } : forged('wrong-signature');
  },
};

const digest = (text: string) => hmacSha256('shared-key', text).toString('hex');
