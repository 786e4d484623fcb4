import { ApiMapping, DomainName, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

export interface CustomDomainProps {
  readonly api: HttpApi;
  readonly apiStage: HttpStage;
  /** `crm.example.ac.uk` */
  readonly domain: string;
  /** Of this account and region, for that name. */
  readonly certificateArn: string;
}

/** A name of one's own for the API. The DNS entry is made by whoever has the zone: a CNAME to `target`. */
export class CustomDomain extends Construct {
  readonly target: string;

  constructor(scope: Construct, id: string, { api, apiStage, domain, certificateArn }: CustomDomainProps) {
    super(scope, id);
    const domainName = new DomainName(this, 'Name', {
      domainName: domain,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api, domainName, stage: apiStage });
    this.target = domainName.regionalDomainName;
  }
}
