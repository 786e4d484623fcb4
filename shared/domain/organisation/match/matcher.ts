/**
 * Matching, as a program of its own beside the bundles of functions: with its dictionaries it is as large as all the rest of them, and only
 * who gives an organisation by a name that is not known yet, or asks what it may be, needs it (`shared/runtime/matcher.ts`).
 */
export { blocksOfProfile } from './blocks.ts';
export { findDuplicatesAmong } from './duplicates.ts';
export { placesAgree } from './exact-key.ts';
export { keysOf, keysOfProfile } from './keys.ts';
export { matchOrganisations, matchProfiles } from './match.ts';
export { profileOf } from './profile.ts';
