import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { contextOf } from '#infra/context.ts';
import { ROLES } from '#shared/domain/user/roles.ts';
import { SIGNED_IN_PATH } from '#shared/http/signed-in.ts';
import { SignInPage } from './sign-in-page.ts';

/**
 * Who may sign in: a user pool with one group a role, whose names the tokens carry. Accounts are made by an administrator; a second
 * factor is required; the Plus plan (2 cents a user a month) refuses leaked passwords and suspicious sign-ins.
 */
export class Staff extends Construct {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  /** Where the context asks for one. */
  readonly signInPage: SignInPage | undefined;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const groupName of ROLES) this.userPool.addGroup(groupName, { groupName });

    const { signInPrefix, signInCallbacks, ...context } = contextOf(this);
    const { domain } = context;
    const callbacks = [...(signInCallbacks ?? []), ...(domain ? [`https://${domain}${SIGNED_IN_PATH}`] : [])];
    if (signInPrefix)
      this.signInPage = new SignInPage(this, 'SignIn', { ...context, userPool: this.userPool, signInPrefix });
    const { provider } = this.signInPage ?? {};
    this.client = this.userPool.addClient('Client', {
      // Runs in a browser or on a laptop, so it can keep no secret; the password never leaves the device (SRP).
      generateSecret: false,
      // The second is for the operator's first token: it takes the account's own permission beside password and second factor.
      authFlows: { userSrp: true, adminUserPassword: true },
      ...(signInCallbacks
        ? {
            oAuth: {
              flows: { authorizationCodeGrant: true },
              scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
              callbackUrls: callbacks,
              logoutUrls: callbacks,
            },
            supportedIdentityProviders: [
              UserPoolClientIdentityProvider.COGNITO,
              ...(provider ? [UserPoolClientIdentityProvider.custom(provider.providerName)] : []),
            ],
          }
        : { disableOAuth: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
    });
  }
}
