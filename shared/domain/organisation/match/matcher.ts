/**
 * What functions that take in events need of matching, as a program of its own beside their bundles: with its dictionaries it is as large as
 * all the rest of them, and only who gives an organisation by a name that is not known yet needs it (`shared/runtime/matcher.ts`).
 */
export { placesAgree } from './exact-key.ts';
export { keysOf } from './keys.ts';
export { matchOrganisations } from './match.ts';
