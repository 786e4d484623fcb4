import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers when functions are bundled: Lambda gives a function its role's credentials in
 * the environment, and the rest of the chain (profiles, single sign-on, instance metadata) would be 90 KB that never runs.
 */
export const defaultProvider = () => fromEnv();
