import type { Scheme } from '#shared/domain/partner/partner.ts';
import type { SignatureScheme, SignedRequest, Verdict } from './scheme.ts';
import { github } from './schemes/github.ts';
import { hubspotV3 } from './schemes/hubspot-v3.ts';
import { sharedKey } from './schemes/shared-key.ts';
import { standardWebhooks } from './schemes/standard-webhooks.ts';
import { stripe } from './schemes/stripe.ts';

const SCHEMES: Readonly<Record<Scheme, SignatureScheme>> = {
  'standard-webhooks': standardWebhooks,
  'hubspot-v3': hubspotV3,
  github,
  stripe,
  'shared-key': sharedKey,
};

/**
 * Whether a message is authentic by the scheme of its partner. Looks at bytes and headers alone; never throws for what it is given. An
 * empty secret is none: anybody could sign with it.
 */
export const verifySignature = (scheme: Scheme, request: SignedRequest): Verdict =>
  SCHEMES[scheme].verify({ ...request, secrets: request.secrets.filter((secret) => secret !== '') });
