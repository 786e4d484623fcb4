import { SecretValue } from 'aws-cdk-lib';
import {
  type IUserPoolIdentityProvider,
  ProviderAttribute,
  type UserPool,
  UserPoolDomain,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Context } from '#infra/context.ts';

export interface SignInPageProps extends Context {
  readonly userPool: UserPool;
  readonly signInPrefix: string;
}

/**
 * The page on which people sign in, and the University's own sign-on behind it where there is one. Who comes from there has the second
 * factor of the University, not Cognito's, and the roles that an administrator gives in the pool: none at first.
 */
export class SignInPage extends Construct {
  readonly url: string;
  readonly provider: IUserPoolIdentityProvider | undefined;

  constructor(scope: Construct, id: string, props: SignInPageProps) {
    super(scope, id);
    const domain = new UserPoolDomain(this, 'Domain', {
      userPool: props.userPool,
      cognitoDomain: { domainPrefix: props.signInPrefix },
    });
    this.url = domain.baseUrl();
    this.provider = this.#providerOf(props);
  }

  #providerOf(props: SignInPageProps): IUserPoolIdentityProvider | undefined {
    const { userPool, samlMetadataUrl, oidcIssuer, oidcClientId, oidcSecretName } = props;
    const name = 'SingleSignOn';
    if (samlMetadataUrl)
      return new UserPoolIdentityProviderSaml(this, 'Saml', {
        userPool,
        name,
        metadata: UserPoolIdentityProviderSamlMetadata.url(samlMetadataUrl),
        attributeMapping: {
          email: ProviderAttribute.other('http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress'),
        },
      });
    if (oidcIssuer && oidcClientId && oidcSecretName)
      return new UserPoolIdentityProviderOidc(this, 'Oidc', {
        userPool,
        name,
        issuerUrl: oidcIssuer,
        clientId: oidcClientId,
        // Into the template goes a reference; CloudFormation puts the secret in when it deploys.
        clientSecret: SecretValue.secretsManager(oidcSecretName).unsafeUnwrap(),
        scopes: ['openid', 'email', 'profile'],
        attributeMapping: { email: ProviderAttribute.other('email') },
      });
    return undefined;
  }
}
