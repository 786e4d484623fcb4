import { describe, expect, it } from 'vitest';
import { buildApp } from '#infra/app.ts';
import { scratchDirectory, synthesize } from './support/templates.ts';

const domain = {
  domain: 'crm.example.ac.uk',
  certificateArn: 'arn:aws:acm:eu-west-2:123456789012:certificate/00000000-0000-0000-0000-000000000000',
};
const page = { signInPrefix: 'partnership-dev', signInCallbacks: 'https://crm.example.ac.uk/, http://localhost:3000/' };
const oidc = { oidcIssuer: 'https://login.example.ac.uk', oidcClientId: 'crm', oidcSecretName: 'crm/oidc' };

describe('without context', () => {
  const { of } = synthesize();

  it('there is no domain, no sign-in page, no sign-on, and no address for alarms', () => {
    for (const type of [
      'AWS::ApiGatewayV2::DomainName',
      'AWS::Cognito::UserPoolDomain',
      'AWS::Cognito::UserPoolIdentityProvider',
      'AWS::SNS::Subscription',
    ])
      expect(of(type), type).toEqual([]);
    expect(of('AWS::Cognito::UserPoolClient')[0]?.properties.AllowedOAuthFlows).toBeUndefined();
  });

  it('a token is had by password and second factor only', () => {
    expect(of('AWS::Cognito::UserPoolClient')[0]?.properties.ExplicitAuthFlows.sort()).toEqual([
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
      'ALLOW_USER_SRP_AUTH',
    ]);
  });
});

it('a domain of one’s own leads to the API, and says what the DNS entry points to', () => {
  const { of, app } = synthesize('dev', domain);
  expect(of('AWS::ApiGatewayV2::DomainName')[0]?.properties).toMatchObject({
    DomainName: domain.domain,
    DomainNameConfigurations: [{ CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL' }],
  });
  expect(of('AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
  const { Outputs } = app.synth().stacks.find(({ id }) => id === 'Api')?.template ?? {};
  expect(Outputs.ApiUrl.Value).toBe(`https://${domain.domain}`);
  expect(Outputs.DomainTarget.Value['Fn::GetAtt'][1]).toBe('RegionalDomainName');
});

it('the sign-in page sends people back to the domain of one’s own as well', () => {
  const { of } = synthesize('dev', { ...domain, ...page });
  const back = ['https://crm.example.ac.uk/', 'http://localhost:3000/', 'https://crm.example.ac.uk/signed-in'];
  expect(of('AWS::Cognito::UserPoolClient')[0]?.properties).toMatchObject({ CallbackURLs: back, LogoutURLs: back });
});

describe('single sign-on', () => {
  it('by SAML stands behind the sign-in page, for the same client', () => {
    const { of } = synthesize('dev', { ...page, samlMetadataUrl: 'https://idp.example.ac.uk/metadata' });
    const [provider] = of('AWS::Cognito::UserPoolIdentityProvider');
    expect(provider?.properties).toMatchObject({
      ProviderType: 'SAML',
      ProviderDetails: { MetadataURL: 'https://idp.example.ac.uk/metadata' },
    });
    expect(of('AWS::Cognito::UserPoolClient')[0]?.properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      CallbackURLs: ['https://crm.example.ac.uk/', 'http://localhost:3000/'],
      GenerateSecret: false,
      SupportedIdentityProviders: ['COGNITO', { Ref: provider?.logicalId }],
    });
  });

  it('by OpenID Connect takes its secret from Secrets Manager, never from the template', () => {
    const { of } = synthesize('dev', { ...page, ...oidc });
    const details = of('AWS::Cognito::UserPoolIdentityProvider')[0]?.properties.ProviderDetails;
    expect(details).toMatchObject({ oidc_issuer: oidc.oidcIssuer, client_id: 'crm' });
    expect(JSON.stringify(details.client_secret)).toContain('{{resolve:secretsmanager:crm/oidc');
  });
});

it('a restored table takes the place of the stack’s own for every function, and the own one stays', () => {
  const restoredTableArn = 'arn:aws:dynamodb:eu-west-2:123456789012:table/restored';
  const restoredStreamArn = `${restoredTableArn}/stream/2026-11-21T00:00:00.000`;
  const { of } = synthesize('prod', { restoredTableArn, restoredStreamArn });
  expect(of('AWS::DynamoDB::GlobalTable')).toHaveLength(3);
  const names = of('AWS::Lambda::Function').flatMap(
    ({ properties }) => properties.Environment.Variables.TABLE_NAME ?? [],
  );
  expect(names.length).toBeGreaterThan(5);
  expect(new Set(names.map((name) => JSON.stringify(name))).size).toBe(1);
  expect(JSON.stringify(names[0])).toContain('restored');
  const streams = of('AWS::Lambda::EventSourceMapping').flatMap(({ properties }) =>
    properties.StartingPosition ? [properties.EventSourceArn] : [],
  );
  expect(new Set(streams)).toEqual(new Set([restoredStreamArn]));
  const policies = JSON.stringify(of('AWS::IAM::Policy'));
  expect(policies).toContain(restoredTableArn);
  expect(policies).not.toContain('RecordsTable');
});

it('a restored table of people takes the place of the stack’s own, and the keys stay where they are', () => {
  const restoredPeopleTableArn = 'arn:aws:dynamodb:eu-west-2:123456789012:table/restored-people';
  const { of } = synthesize('prod', { restoredPeopleTableArn });
  expect(of('AWS::DynamoDB::GlobalTable')).toHaveLength(3);
  const policies = JSON.stringify(of('AWS::IAM::Policy'));
  expect(policies).toContain(restoredPeopleTableArn);
  expect(policies).not.toContain('PeopleStorePeople');
  expect(policies).toContain('PeopleStoreKeys');
});

it.each([
  [{ domain: domain.domain }, 'domain, certificateArn go together: certificateArn is missing'],
  [{ signInPrefix: 'x' }, 'signInCallbacks is missing'],
  [{ ...page, oidcIssuer: oidc.oidcIssuer }, 'oidcClientId, oidcSecretName is missing'],
  [{ samlMetadataUrl: 'https://idp.example.ac.uk/metadata' }, 'signInPrefix is missing'],
  [{ ...page, ...oidc, samlMetadataUrl: 'https://idp.example.ac.uk/metadata' }, 'not by both'],
  [{ alarmEmail: 'nobody' }, 'alarmEmail'],
])('half a setting, or a wrong one, stops the synthesis: %j', (context, words) => {
  expect(() => synthesize('dev', context)).toThrow(words);
});

it('AwsSolutions finds nothing with everything set', () => {
  const context = { ...domain, ...page, ...oidc, alarmEmail: 'someone@example.org' };
  const app = buildApp({ bundle: false, outdir: scratchDirectory(), context });
  expect(() => app.synth()).not.toThrow();
});
